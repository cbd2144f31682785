package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.GatesException;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.ModelRegistry.Canary;
import dev.attune.core.scoring.PublishedSegments;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.SlotChange;
import dev.attune.core.scoring.SlotPlans;
import dev.attune.core.scoring.SlotPlans.Gates;
import dev.attune.kafka.audit.AuditedSlots;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.adopt.ManifestTemplate;
import dev.attune.training.adopt.ModelAdopter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "models",
    description = "A playbook's model versions, and which of them scores which users.",
    synopsisSubcommandLabel =
        "[list | show | replay | promote | canary | shadow | rollback | add | manifest]",
    subcommands = ModelsReplayCommand.class)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ModelsCommand implements Callable<Integer> {
  @Mixin private final PlaybookOption playbook = new PlaybookOption();

  private final Terminal screen = Terminal.standard();
  private final SlotAudit audit = new SlotAudit(screen);

  /** Without a subcommand: the list. */
  @Override
  public Integer call() throws ModelException {
    return list();
  }

  @Nullable Path playbookFolder() {
    return playbook.folder();
  }

  private ModelRegistry registry() {
    return PlaybookFolders.registry(playbook.folder());
  }

  /** The same, whose slots take only versions that know the playbook's segments. */
  private ModelRegistry slots() {
    List<String> today = PlaybookFolders.playbook(playbook.folder()).segments().definitions();
    return registry().publishing(PublishedSegments.of(today));
  }

  @Command(name = "list", description = "All versions, oldest first.")
  int list() throws ModelException {
    Playbook.requireFolder(PlaybookFolders.playbookDir(playbook.folder()));
    ModelRegistry registry = registry();
    List<ModelRegistry.Entry> versions = registry.versions();
    if (versions.isEmpty()) {
      screen.line("There is no model yet: ./attune train events.jsonl");
    }
    Assignment assignment = registry.assignment().orElse(null);
    for (ModelRegistry.Entry entry : versions) {
      screen.line(line(registry, slot(entry, assignment), entry));
    }
    return 0;
  }

  private static String slot(ModelRegistry.Entry entry, @Nullable Assignment assignment) {
    if (entry.live()) {
      return "live";
    }
    Canary canary = assignment == null ? null : assignment.canary();
    if (canary != null && canary.version().equals(entry.version())) {
      return "canary %.4g %%".formatted(100 * canary.share());
    }
    boolean shadow = assignment != null && entry.version().equals(assignment.shadow());
    return shadow ? "shadow" : "candidate";
  }

  /** Loads the version, so that a damaged one shows before it is needed. */
  private static String line(ModelRegistry registry, String slot, ModelRegistry.Entry entry) {
    try {
      ModelManifest manifest = ModelBundle.load(registry.published(entry.version())).manifest();
      return "%-12s %-16s top-1 %s  top-3 %s  %s%s"
          .formatted(
              slot,
              entry.version(),
              percent(manifest, "top1"),
              percent(manifest, "top3"),
              data(manifest),
              manifest.remote() == null ? "" : "  at " + manifest.remote().target());
    } catch (ModelException e) {
      return "%-12s %-16s broken: %s".formatted(slot, entry.version(), e.getMessage());
    }
  }

  private static String data(ModelManifest manifest) {
    return manifest.data().trainingRows() == 0
        ? "trained elsewhere"
        : "%,d rows to %s".formatted(manifest.data().trainingRows(), manifest.data().to());
  }

  private static String percent(ModelManifest manifest, String metric) {
    Double value = manifest.metrics().get(metric);
    return value == null ? "    –" : "%4.1f %%".formatted(100 * value);
  }

  @Command(name = "show", description = "A version's report.")
  int show(@Parameters(paramLabel = "VERSION", description = "As listed.") String version)
      throws ModelException {
    Path dir = registry().published(version);
    try {
      Path report = dir.resolve("report.md");
      screen.line(
          Files.exists(report)
              ? Files.readString(report)
              : Files.readString(dir.resolve(BundleFiles.MANIFEST)));
    } catch (IOException e) {
      throw new UserFault("The report of " + version + " can't be read.", e);
    }
    return 0;
  }

  @Command(
      name = "promote",
      description = "Makes a version live, when its gates and self-check pass.")
  int promote(
      @Parameters(paramLabel = "VERSION", description = "As listed.") String version,
      @Option(
              names = "--force",
              paramLabel = "REASON",
              description = "Even if a gate fails, for this reason.")
          @Nullable String force,
      @Option(
              names = "--with-features",
              description = "Publishes its features from now on; use after a manual backfill.")
          boolean withFeatures)
      throws ModelException {
    requireReason(force);
    var order = new SlotAudit.Order("model_promote", version, Step.LIVE, force);
    change(registry(), order, plans -> promotion(plans, version, gates(force), withFeatures));
    screen.line(version + " is live" + (force == null ? "." : ", despite its gates: " + force));
    return 0;
  }

  private static void requireReason(@Nullable String force) {
    if (force != null && force.isBlank()) {
      throw new UserFault("--force needs a reason: it is recorded.");
    }
  }

  private static Gates gates(@Nullable String force) {
    return force == null ? Gates.ASKED : Gates.OVERRIDDEN;
  }

  private SlotChange promotion(SlotPlans plans, String version, Gates gates, boolean withFeatures)
      throws ModelException {
    SlotChange change =
        withFeatures ? plans.promoteWithFeatures(version, gates) : plans.promote(version, gates);
    Playbook today = PlaybookFolders.playbook(playbook.folder());
    ModelManifest manifest = BundleFiles.manifest(registry().published(version));
    if (gates == Gates.ASKED
        && !manifest.fits(today.features().id(), today.segments().definitions())) {
      throw new ModelException(
          "%s knows other features or segments than the playbook has now; --force REASON overrides."
              .formatted(version));
    }
    return change;
  }

  private void change(ModelRegistry slots, SlotAudit.Order order, AuditedSlots.Plan plan)
      throws ModelException {
    try {
      audit.change(slots, order, plan);
    } catch (GatesException e) {
      throw new UserFault(e.getMessage() + " --force REASON overrides.", e);
    }
  }

  @Command(
      name = "canary",
      description = "Lets a version score a share of the users, chosen by a hash; --end ends it.")
  int canary(
      @Parameters(paramLabel = "VERSION", arity = "0..1", description = "As listed.")
          @Nullable String version,
      @Option(names = "--share", paramLabel = "PERCENT", description = "Such as 10%%.")
          @Nullable String share,
      @Option(
              names = "--force",
              paramLabel = "REASON",
              description = "Even if a gate fails, for this reason.")
          @Nullable String force,
      @Option(names = "--end", description = "Ends the canary.") boolean end)
      throws ModelException {
    requireReason(force);
    if (end) {
      end("model_canary_end", SlotPlans::endCanary);
      screen.line("The live version scores everybody.");
    } else if (version == null || share == null) {
      throw new UserFault("Say which version and its share: canary VERSION --share 10%.");
    } else {
      double part = share(share);
      var order = new SlotAudit.Order("model_canary", version, Step.CANARY, force);
      change(slots(), order, plans -> plans.canary(version, part, gates(force)));
      screen.line(version + " scores " + share + " of the users.");
    }
    return 0;
  }

  private void end(String action, AuditedSlots.Plan plan) throws ModelException {
    change(registry(), new SlotAudit.Order(action, null, null, null), plan);
  }

  private static double share(String text) {
    try {
      return text.endsWith("%")
          ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
          : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UserFault("A share is a number such as 10% or 0.1, not " + text + ".", e);
    }
  }

  @Command(
      name = "shadow",
      description = "Lets a version score in the shadow, compared but not used; --end ends it.")
  int shadow(
      @Parameters(paramLabel = "VERSION", arity = "0..1", description = "As listed.")
          @Nullable String version,
      @Option(names = "--end", description = "Ends the shadow.") boolean end)
      throws ModelException {
    if (end) {
      end("model_shadow_end", SlotPlans::endShadow);
      screen.line("No version scores along.");
    } else if (version == null) {
      throw new UserFault("Say which version: shadow VERSION.");
    } else {
      var order = new SlotAudit.Order("model_shadow", version, Step.SHADOW, null);
      change(slots(), order, plans -> plans.shadow(version));
      screen.line(version + " scores along.");
    }
    return 0;
  }

  @Command(
      name = "add",
      description =
          "Makes a candidate of a folder with manifest.json and model.ubj (or model.json).")
  int add(@Parameters(paramLabel = "DIR", description = "See docs/models.md.") Path dir)
      throws ModelException {
    Playbook today = PlaybookFolders.playbook(playbook.folder());
    ModelRegistry registry = registry();
    String version = new ModelAdopter(today, registry, Instant.now()).adopt(dir);
    ModelManifest manifest = BundleFiles.manifest(registry.published(version));
    audit.made(VersionStep.offline(version, today.training().verdicts(manifest.metrics())));
    screen.line(version + " is a candidate: ./attune models shadow " + version);
    return 0;
  }

  @Command(
      name = "manifest",
      description = "A manifest to fill in, for a model that was trained elsewhere.")
  int manifest() {
    screen.line(ManifestTemplate.of(PlaybookFolders.playbook(playbook.folder())));
    return 0;
  }

  @Command(
      name = "rollback",
      description = "Ends the canary. Without one, makes the previous version live again.")
  int rollback() throws ModelException {
    boolean canary = registry().assignment().map(Assignment::canary).isPresent();
    ModelRegistry slots = slots();
    change(slots, new SlotAudit.Order("model_rollback", null, null, null), SlotPlans::rollback);
    String version = slots.live().orElseThrow().version();
    screen.line(version + (canary ? " scores everybody." : " is live again."));
    return 0;
  }
}
