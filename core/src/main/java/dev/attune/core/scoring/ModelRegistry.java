package dev.attune.core.scoring;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A playbook's models as a folder: a subfolder a version, and {@code live.json}, which says who
 * scores whom: the live version, a canary for a share of the users, a shadow that scores along
 * unseen.
 *
 * <p>Every change is one atomic rename, so that a reader sees the old state or the new one whole;
 * writers exclude each other by a file lock. Bundles never change once published. The revision
 * rises with each change of who scores whom, so that predictions of two models for one event are
 * ordered.
 */
public final class ModelRegistry {
  private static final String LIVE = "live.json";
  private static final String LOCK = ".lock";
  private static final String STAGING = ".staging-";
  private static final int HISTORY = 50;
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A file lock excludes other processes, this one the threads of our own. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path root;

  /**
   * @param root {@code $ATTUNE_MODELS_DIR/<playbook name>}; made when the first model is published
   */
  public ModelRegistry(Path root) {
    this.root = root;
  }

  /** A published version. */
  public record Entry(String version, boolean live, Path dir) {}

  /**
   * The live version.
   *
   * @param revision rises with each promote and rollback
   */
  public record Live(String version, long revision, Path dir) {}

  /**
   * The version that scores a share of the users.
   *
   * @param share above 0, below 1
   */
  public record Canary(String version, double share) {}

  /** Who scores whom. */
  public record Assignment(Live live, @Nullable Canary canary, @Nullable String shadow) {}

  /** What {@code live.json} holds; history is oldest first, without the live version. */
  private record State(
      String version,
      long revision,
      List<String> history,
      @Nullable Canary canary,
      @Nullable String shadow) {

    State withCanary(@Nullable Canary next) {
      return new State(version, revision + 1, history, next, shadow);
    }

    /** A shadow changes nobody's predictions, so the revision stays. */
    State withShadow(@Nullable String next) {
      return new State(version, revision, history, canary, next);
    }

    /** Another live version; it leaves the slot it came from. */
    State withLive(String next, List<String> history) {
      boolean wasCanary = canary != null && canary.version.equals(next);
      return new State(
          next,
          revision + 1,
          history,
          wasCanary ? null : canary,
          next.equals(shadow) ? null : shadow);
    }
  }

  private interface Change<T> {
    T apply() throws IOException, ModelException;
  }

  public Path root() {
    return root;
  }

  /** All versions, oldest first. */
  public List<Entry> versions() throws ModelException {
    State state = state();
    String live = state == null ? "" : state.version;
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(root)) {
      return files
          .filter(dir -> Files.exists(dir.resolve(BundleFiles.MANIFEST)))
          .filter(dir -> !dir.getFileName().toString().startsWith("."))
          .map(dir -> entry(dir, live))
          .sorted(Comparator.comparing(Entry::version, VersionOrder::compare))
          .toList();
    } catch (IOException e) {
      throw new ModelException("The models in " + root + " can't be listed.", e);
    }
  }

  private static Entry entry(Path dir, String live) {
    String version = dir.getFileName().toString();
    return new Entry(version, version.equals(live), dir);
  }

  public Optional<Live> live() throws ModelException {
    State state = state();
    return state == null
        ? Optional.empty()
        : Optional.of(new Live(state.version, state.revision, root.resolve(state.version)));
  }

  /** Who scores whom; empty while nothing is live. */
  public Optional<Assignment> assignment() throws ModelException {
    State state = state();
    return state == null
        ? Optional.empty()
        : Optional.of(
            new Assignment(
                new Live(state.version, state.revision, dir(state.version)),
                state.canary,
                state.shadow));
  }

  /** Where a version's bundle is, or would be. */
  public Path dir(String version) {
    return root.resolve(version);
  }

  /** A version's bundle, which is there. */
  public Path published(String version) throws ModelException {
    checkName(version);
    if (!Files.exists(dir(version).resolve(BundleFiles.MANIFEST))) {
      throw new ModelException("There is no version " + version + " in " + root + ".");
    }
    return dir(version);
  }

  /** A new folder to build a bundle in; only a rename away from its place. */
  public Path stage() throws ModelException {
    return attempt(
        () -> {
          Files.createDirectories(root);
          return Files.createTempDirectory(root, STAGING);
        });
  }

  /** Moves a complete bundle to its place; a version is published once. */
  public Path publish(Path staged, String version) throws ModelException {
    checkName(version);
    if (!BundleFiles.manifest(staged).version().equals(version)) {
      throw new ModelException("The bundle's manifest names another version than " + version + ".");
    }
    return locked(
        () -> {
          Path dir = root.resolve(version);
          try {
            if (Files.exists(dir)) {
              throw new FileAlreadyExistsException(dir.toString());
            }
            return Files.move(staged, dir, StandardCopyOption.ATOMIC_MOVE);
          } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw new ModelException("Version " + version + " exists already.", e);
          } catch (AtomicMoveNotSupportedException e) {
            throw new ModelException("Stage bundles on the file system of " + root + ".", e);
          }
        });
  }

  /** Makes a version live after it passed its self-check. */
  public void promote(String version) throws ModelException {
    check(version);
    locked(
        () -> {
          State state = state();
          if (state == null) {
            write(new State(version, 1, List.of(), null, null));
          } else if (!state.version.equals(version)) {
            List<String> history = new ArrayList<>(state.history);
            history.add(state.version);
            int drop = Math.max(0, history.size() - HISTORY);
            write(state.withLive(version, List.copyOf(history.subList(drop, history.size()))));
          }
          return version;
        });
  }

  /** Lets a version score a share of the users after it passed its self-check. */
  public void canary(String version, double share) throws ModelException {
    if (!(share > 0 && share < 1)) {
      throw new ModelException("A canary's share is above 0 and below 100 %.");
    }
    check(version);
    change(version, state -> state.withCanary(new Canary(version, share)));
  }

  /** Lets a version score along, unseen, after it passed its self-check. */
  public void shadow(String version) throws ModelException {
    check(version);
    change(version, state -> state.withShadow(version));
  }

  /** Leaves everybody to the live version. */
  public void endCanary() throws ModelException {
    change("", state -> state.canary == null ? state : state.withCanary(null));
  }

  /** Ends the shadow. */
  public void endShadow() throws ModelException {
    change("", state -> state.withShadow(null));
  }

  private void change(String version, UnaryOperator<State> next) throws ModelException {
    var unused =
        locked(
            () -> {
              State state = state();
              if (state == null) {
                throw new ModelException("Nothing is live yet: promote a version first.");
              }
              if (state.version.equals(version)) {
                throw new ModelException("Version " + version + " is live already.");
              }
              write(next.apply(state));
              return state;
            });
  }

  /**
   * Undoes the last change of who scores whom: ends the canary, or without one goes back to the
   * version that was live before. Returns the version that is live then.
   */
  public String rollback() throws ModelException {
    return locked(
        () -> {
          State state = state();
          if (state != null && state.canary != null) {
            write(state.withCanary(null));
            return state.version;
          }
          if (state == null || state.history.isEmpty()) {
            throw new ModelException("There is no earlier live version to go back to.");
          }
          String version = state.history.getLast();
          ModelBundle.load(dir(version));
          List<String> history = state.history.subList(0, state.history.size() - 1);
          write(state.withLive(version, List.copyOf(history)));
          return version;
        });
  }

  private void check(String version) throws ModelException {
    var unused = ModelBundle.load(published(version));
  }

  private @Nullable State state() throws ModelException {
    try {
      return JSON.readValue(Files.readAllBytes(root.resolve(LIVE)), State.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | JacksonException e) {
      throw new ModelException("The file " + root.resolve(LIVE) + " can't be read.", e);
    }
  }

  private void write(State state) throws IOException {
    Path next = Files.createTempFile(root, ".live-", ".json");
    Files.write(next, JSON.writeValueAsBytes(state));
    Files.move(next, root.resolve(LIVE), StandardCopyOption.ATOMIC_MOVE);
  }

  private <T> T locked(Change<T> change) throws ModelException {
    return attempt(
        () -> {
          Files.createDirectories(root);
          IN_PROCESS.lock();
          try (FileChannel channel =
                  FileChannel.open(
                      root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
              FileLock _ = channel.lock()) {
            return change.apply();
          } finally {
            IN_PROCESS.unlock();
          }
        });
  }

  private <T> T attempt(Change<T> change) throws ModelException {
    try {
      return change.apply();
    } catch (IOException e) {
      throw new ModelException("The models folder " + root + " can't be changed.", e);
    }
  }

  private static void checkName(String version) throws ModelException {
    if (!VERSION.matcher(version).matches()) {
      throw new ModelException("A version is letters, digits, dots and dashes: " + version + ".");
    }
  }
}
