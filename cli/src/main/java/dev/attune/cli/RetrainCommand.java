package dev.attune.cli;

import dev.attune.cli.retrain.Retraining;
import dev.attune.cli.retrain.ServingView;
import dev.attune.cli.retrain.StepLog;
import dev.attune.cli.retrain.WarehouseExport;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelLease;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.PublishedSegments;
import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The learning loop, once. */
@Command(
    name = "retrain",
    description = {
      "Learns from what happened: exports it, trains a version, and lets it become live by steps.",
      "Gates, then the shadow, then a canary judged by `canary` in experiments.yaml, then"
          + " everybody.",
      "A version that fails a step is taken out, which is no error. Continues a killed run.",
      "Each step is in the topics audit and model-steps, with its figures.",
      "docs/models.md explains the thresholds."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RetrainCommand implements Callable<Integer> {
  @Mixin private final PlaybookOption playbook = new PlaybookOption();

  @Mixin private final TimeRangeOptions times = new TimeRangeOptions();

  @Option(
      names = "--export",
      paramLabel = "DIR|s3://…",
      description = "Where the past is kept; $ATTUNE_EXPORT, else .attune/export.")
  private @Nullable String export;

  @Option(names = "--dry-run", description = "Stops before the shadow: nobody's answers change.")
  private boolean dryRun;

  @Option(
      names = "--if-drifted",
      description =
          "Only if features or labels moved away from what the live version was trained on, or a"
              + " killed run is to be continued. Leaves it to another run that is under way.")
  private boolean ifDrifted;

  @Option(
      names = "--quick",
      description = "For a demonstration: minutes in place of days, no check for leaks.")
  private boolean quick;

  @Override
  public Integer call() throws ModelException, AuditException, InterruptedException, IOException {
    Terminal screen = Terminal.standard();
    ModelRegistry registry = PlaybookFolders.registry(playbook.folder());
    Optional<ModelLease> alone = registry.lease("retrain");
    if (alone.isPresent()) {
      try (ModelLease unused = alone.get()) {
        run(registry, screen);
      }
    } else if (ifDrifted) {
      screen.line("Another ./attune retrain is running; it is left to it.");
    } else {
      throw new UserFault("Another ./attune retrain is running; one at a time.");
    }
    return CommandLine.ExitCode.OK;
  }

  private void run(ModelRegistry registry, Terminal screen)
      throws ModelException, AuditException, InterruptedException, IOException {
    var serving =
        new ServingView(
            StackServices.inference(), StackServices.responses(), StackServices.secret());
    KafkaSettings kafka = KafkaEnvironment.settings(System.getenv());
    InstantSource clock = InstantSource.system();
    Playbook today = PlaybookFolders.playbook(playbook.folder());
    var segments = PublishedSegments.of(today.segments().definitions());
    var schemas = new SchemaRegistryClient(kafka.registry());
    try (var audit = new AuditLog(kafka, schemas, "retrain", clock);
        var progress = new TerminalProgress()) {
      var retraining =
          new Retraining(
              today,
              registry.publishing(segments),
              serving,
              new StepLog(screen, audit::record, clock),
              clock);
      var unused =
          ifDrifted
              ? retraining.runIfDrifted(request(), progress)
              : retraining.run(request(), progress);
    }
  }

  private Retraining.Request request() {
    return new Retraining.Request(
        new WarehouseExport(ExportCommand.request(export, TimeRange.ALL)),
        new EventSource(ExportPlace.of(export), ExportPlace.endpoint()),
        times.range(),
        ExclusionList.ofStack(Terminal.errors()),
        LabelList.ofStack(LabelCommand.kept(playbook.folder()), Terminal.errors()),
        PlaybookFolders.encoders(),
        quick,
        dryRun);
  }
}
