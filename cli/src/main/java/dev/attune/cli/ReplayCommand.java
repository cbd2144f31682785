package dev.attune.cli;

import dev.attune.cli.replay.Replay;
import dev.attune.cli.replay.ReplaySpeed;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a file of events through the running pipeline. */
@Command(
    name = "replay",
    description = {
      "Sends events through the gateway, each user's events in order, and retries what fails.",
      "With --dead-letters it sends the rejected events instead.",
      "The last line printed is the summary as JSON."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ReplayCommand implements Callable<Integer> {
  @Mixin private final DeadLetterOptions deadLetters = new DeadLetterOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "events.jsonl",
      description = "Events in the ingest format, one per line; may be gzipped.")
  private @Nullable Path file;

  @Mixin private final TimeRangeOptions times = new TimeRangeOptions();

  @Option(
      names = "--speed",
      description = "max, or times real time such as 1x or 60x (default: ${DEFAULT-VALUE}).")
  private String speed = "max";

  @Option(
      names = "--measure",
      paramLabel = "LABEL",
      description = {
        "Per user: send an event, wait for its token, read the prediction, then the next.",
        "Compares it with the label that the playbook's training.yaml declares; LABEL names it."
      })
  private @Nullable String measure;

  @Override
  public Integer call() throws InterruptedException {
    deadLetters.check(file);
    if (file != null && !Files.isReadable(file)) {
      throw new UserFault("There is no file " + file + ".");
    }
    var screen = Terminal.standard();
    var settings = StackSettings.fromEnvironment(System.getenv());
    var span = times.range();
    var pace = ReplaySpeed.parse(speed);
    requireGateway(settings);
    if (file == null) {
      deadLetters.replay(screen, settings, span);
      return 0;
    }
    var replay =
        new Replay(
            screen, settings.gatewayUrl(), StackServices.responses(), StackServices.secret());
    if (measure == null) {
      replay.send(file, span, pace);
    } else {
      requireModel(settings);
      replay.measure(file, span, label(settings), measure);
    }
    return 0;
  }

  private static void requireModel(StackSettings settings) {
    if (HttpProbe.status(URI.create(settings.inferenceUrl() + "/v2/models/intent/ready")) != 200) {
      throw new UserFault(
          "No model serves, so there is nothing to measure; ./attune train makes one.");
    }
  }

  // before anything is read from Kafka, which would be waited for
  private static void requireGateway(StackSettings settings) {
    if (HttpProbe.status(URI.create(settings.gatewayUrl() + "/openapi.json")) < 0) {
      throw ServerException.notStarted("gateway", settings.ports().gateway());
    }
  }

  private static Label label(StackSettings settings) {
    Playbook playbook = Playbook.load(settings.playbook());
    Label label = playbook.training().label();
    if (label == null) {
      throw new UserFault(
          "The playbook %s declares no label to measure; its training.yaml would."
              .formatted(playbook.name()));
    }
    return label;
  }
}
