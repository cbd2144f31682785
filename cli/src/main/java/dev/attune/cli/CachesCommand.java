package dev.attune.cli;

import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.CacheTraining;
import dev.attune.local.stack.CheckoutCaches;
import dev.attune.local.stack.ImageCaches;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.demo.Demo;
import dev.attune.simulation.demo.FirstModel;
import dev.attune.training.Progress;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the ahead-of-time caches of the local stack, or of images. */
@Command(
    name = "caches",
    description = {
      "Makes ahead-of-time caches of the services and of Kafka: they start in about",
      "half the time. Runs a stack of its own for that, on free ports, for a minute.",
      "Does nothing when the caches are those of the code as it is.",
      "The first build does it, and ./attune test. A service whose code changed since",
      "starts without a cache, until this is run."
    })
final class CachesCommand implements Callable<Integer> {
  /** Of what images set, what changes which classes are loaded. */
  private static final Map<String, String> AS_IN_IMAGES =
      Map.of("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Of the services' images, unpacked there; ./attune images does so.")
  private @Nullable Path images;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var screen = Terminal.standard();
    Path home = Files.createTempDirectory("attune-caches");
    try {
      Checkout checkout = Checkout.find();
      var settings = StackSettings.isolated(home, checkout.root().resolve("playbooks/support"));
      var training =
          images == null
              ? new CacheTraining(settings, CheckoutCaches.of(checkout))
              : new CacheTraining(
                  settings.with(AS_IN_IMAGES), new ImageCaches(images.toAbsolutePath()));
      if (!training.isNeeded()) {
        screen.line("The caches are those of this code.");
        return 0;
      }
      screen.line("Making ahead-of-time caches: a minute, now and then ...");
      training.run(CachesCommand::load);
    } finally {
      Folders.delete(home);
    }
    return 0;
  }

  /** With a model the services run what they run in earnest. */
  private static void load(StackSettings settings) throws InterruptedException {
    SimulationSpec spec = SimulationSpec.load(settings.playbook());
    var unheard = new Terminal(new PrintStream(OutputStream.nullOutputStream()), false, false, 80);
    new FirstModel(unheard, settings, spec, past -> train(settings, past))
        .ensure(DemoCommand.TRAINING_SEED);
    Demo.warmUp(settings, spec);
  }

  private static void train(StackSettings settings, Path past) {
    Playbook playbook = Playbook.load(settings.playbook());
    var registry = new ModelRegistry(settings.models().resolve(playbook.name()));
    try {
      Trainer.train(
          new Trainer.Request(
              past, playbook, Long.MIN_VALUE, Long.MAX_VALUE, registry, Instant.now()),
          Progress.SILENT);
    } catch (ModelException e) {
      throw new ServerException("No model could be trained: " + e.getMessage(), e);
    }
  }
}
