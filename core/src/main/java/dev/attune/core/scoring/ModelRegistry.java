package dev.attune.core.scoring;

import dev.attune.core.scoring.SlotPlans.Gates;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A playbook's models: published versions, and the state that says who scores whom: the live
 * version, a canary for a share of the users, a shadow that scores along unseen.
 *
 * <p>Bundles never change once published. A change of the state replaces it only as it was read and
 * is tried again otherwise, so that none is lost. The revision rises with each change of who scores
 * whom, so that predictions of two models for one event are ordered.
 *
 * <p>A slot takes only versions that know the features published today: any other would refuse
 * everybody. The features change by {@link SlotPlans#switchFeatures} alone. The same holds for the
 * segments that a version was trained on, where today's are known ({@link #publishing}).
 */
public final class ModelRegistry {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Changes are rare and made by people: somebody else's is in the way once, hardly twice. */
  private static final int ATTEMPTS = 10;

  final ModelStorage storage;
  private final BundleKeys keys;
  private final PublishedSegments segments;

  /**
   * @param keys sign what is published, and say whose versions are believed
   */
  public ModelRegistry(ModelStorage storage, BundleKeys keys) {
    this(storage, keys, PublishedSegments.UNKNOWN);
  }

  private ModelRegistry(ModelStorage storage, BundleKeys keys, PublishedSegments segments) {
    this.storage = storage;
    this.keys = keys;
    this.segments = segments;
  }

  /**
   * In a folder, signed by nobody.
   *
   * @param root {@code $ATTUNE_MODELS_DIR/<playbook name>}; made when the first model is published
   */
  public ModelRegistry(Path root) {
    this(root, BundleKeys.NONE);
  }

  /** The same with keys. */
  public ModelRegistry(Path root, BundleKeys keys) {
    this(new FolderStorage(root), keys);
  }

  /** The same registry, whose slots take only versions that know these segments. */
  public ModelRegistry publishing(PublishedSegments today) {
    return new ModelRegistry(storage, keys, today);
  }

  /** A published version. */
  public record Entry(String version, boolean live) {}

  /**
   * The live version.
   *
   * @param revision rises with each promote and rollback
   */
  public record Live(String version, long revision) {}

  /**
   * The version that scores a share of the users.
   *
   * @param share above 0, below 1
   */
  public record Canary(String version, double share) {}

  /** Who scores whom. */
  public record Assignment(Live live, @Nullable Canary canary, @Nullable String shadow) {}

  /** The folder or address, for people. */
  public String place() {
    return storage.place();
  }

  /** Empty when somebody else, on any machine, does what the lease is named for. */
  public Optional<ModelLease> lease(String name) throws IOException {
    return storage.lease(name);
  }

  /** All versions, oldest first. */
  public List<Entry> versions() throws ModelException {
    LiveState state = state();
    String live = state == null ? "" : state.version();
    try {
      return storage.versions().stream()
          .map(version -> new Entry(version, version.equals(live)))
          .sorted(Comparator.comparing(Entry::version, VersionOrder::compare))
          .toList();
    } catch (IOException e) {
      throw new ModelException("The models in " + place() + " can't be listed.", e);
    }
  }

  public Optional<Live> live() throws ModelException {
    return assignment().map(Assignment::live);
  }

  /** Who scores whom; empty while nothing is live. */
  public Optional<Assignment> assignment() throws ModelException {
    return Optional.ofNullable(state()).map(LiveState::assignment);
  }

  /** The rollout under way. */
  public Optional<RolloutProgress> rollout() throws ModelException {
    return Optional.ofNullable(state()).map(LiveState::rollout);
  }

  /**
   * Notes how far a rollout is, so that another run can continue it after a crash.
   *
   * @throws ModelException when another version's is under way
   */
  public void note(RolloutProgress rollout) throws ModelException {
    whileLive(state -> state.noting(rollout));
  }

  /** Notes that a version has passed the shadow or the canary, for versions that must have. */
  public void passed(String version, RolloutProgress.Step step) throws ModelException {
    whileLive(state -> state.withPassed(version, step));
  }

  /** It has come to its end. */
  public void endRollout() throws ModelException {
    whileLive(state -> state.withRollout(null));
  }

  private void whileLive(LiveState.Next next) throws ModelException {
    var unused = change(SlotPlans.whileLive("", next));
  }

  /**
   * The folder with a version's bundle, fetched when it lies elsewhere.
   *
   * @throws ModelException when there is none, or nobody trusted has signed it
   */
  public Path published(String version) throws ModelException {
    Path dir = fetched(version);
    keys.check(dir, version);
    return dir;
  }

  private Path fetched(String version) throws ModelException {
    BundleFiles.checkVersion(version);
    try {
      return storage.fetch(version);
    } catch (NoSuchFileException e) {
      throw new ModelException("There is no version " + version + " in " + place() + ".", e);
    } catch (IOException e) {
      throw new ModelException(
          "Version %s can't be fetched from %s: %s".formatted(version, place(), e.getMessage()), e);
    }
  }

  /** A new folder to build a bundle in. */
  public Path stage() throws ModelException {
    try {
      return storage.stage();
    } catch (IOException e) {
      throw new ModelException("There is no place for a new version.", e);
    }
  }

  /**
   * Makes a complete bundle a version, once, and signs it; returns where it can be read.
   *
   * @throws VersionTakenException when the version exists already or is being published
   */
  public Path publish(Path staged, String version) throws ModelException {
    BundleFiles.checkVersion(version);
    if (!BundleFiles.manifest(staged).version().equals(version)) {
      throw new ModelException("The bundle's manifest names another version than " + version + ".");
    }
    keys.sign(staged);
    try {
      storage.publish(staged, version);
      return storage.fetch(version);
    } catch (FileAlreadyExistsException e) {
      String why = e.getReason() == null ? "exists already" : e.getReason();
      throw new VersionTakenException("Version %s %s.".formatted(version, why), e);
    } catch (IOException e) {
      throw new ModelException("Version " + version + " can't be published to " + place() + ".", e);
    }
  }

  /** What may be changed of who scores whom. */
  public SlotPlans plans() {
    return new SlotPlans(this, segments);
  }

  /**
   * Makes a version of today's features live after it passed its self-check.
   *
   * @throws GatesException when a gate failed
   */
  public void promote(String version) throws ModelException {
    var unused = plans().promote(version, Gates.ASKED).make();
  }

  /** The same, whatever the gates say: it needs somebody's reason. */
  public void promoteDespiteGates(String version) throws ModelException {
    var unused = plans().promote(version, Gates.OVERRIDDEN).make();
  }

  /** What decides now whether a version may go live. */
  public PromotionGates gates() throws ModelException {
    return PromotionGates.of(state());
  }

  /**
   * Lets a version score a share of the users after it passed its self-check.
   *
   * @throws GatesException when a gate failed: a canary's answers reach people
   */
  public void canary(String version, double share) throws ModelException {
    var unused = plans().canary(version, share, Gates.ASKED).make();
  }

  /** Lets a version score along, unseen, after it passed its self-check. */
  public void shadow(String version) throws ModelException {
    var unused = plans().shadow(version).make();
  }

  /** The same where a rollout begins: slot and note are one step, whenever a run is killed. */
  public void shadow(RolloutProgress begun) throws ModelException {
    var unused = plans().shadow(begun).make();
  }

  /** Leaves everybody to the live version. */
  public void endCanary() throws ModelException {
    var unused = plans().endCanary().make();
  }

  /** Ends the shadow. */
  public void endShadow() throws ModelException {
    var unused = plans().endShadow().make();
  }

  /**
   * Undoes the last change of who scores whom: ends the canary, or without one goes back to the
   * version that was live before. Returns the version that is live then.
   */
  public String rollback() throws ModelException {
    return plans().rollback().make().live().version();
  }

  @Nullable LiveState state() throws ModelException {
    try {
      return parsed(storage.state());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private @Nullable LiveState parsed(byte @Nullable [] bytes) throws ModelException {
    try {
      return bytes == null ? null : JSON.readValue(bytes, LiveState.class);
    } catch (JacksonException e) {
      throw unreadable(e);
    }
  }

  private ModelException unreadable(Exception e) {
    return new ModelException("Which model is live can't be read from " + place() + ".", e);
  }

  LiveState change(LiveState.Change change) throws ModelException {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        byte[] before = storage.state();
        LiveState state = parsed(before);
        LiveState next = change.of(state);
        if (next.equals(state) || storage.replaceState(before, JSON.writeValueAsBytes(next))) {
          return next;
        }
      }
    } catch (IOException e) {
      throw new ModelException("The models in " + place() + " can't be changed.", e);
    }
    throw new ModelException("The models in " + place() + " are being changed; try again.");
  }
}
