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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A playbook's models as a folder: a subfolder a version, and {@code live.json}, which names the
 * live one.
 *
 * <p>Every change is one atomic rename, so that a reader sees the old state or the new one whole;
 * writers exclude each other by a file lock. Bundles never change once published. The revision
 * rises with each promote and rollback, so that predictions of two models for one event are
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

  /** What {@code live.json} holds; history is oldest first, without the live version. */
  private record State(String version, long revision, List<String> history) {}

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
    checkName(version);
    if (!Files.exists(root.resolve(version).resolve(BundleFiles.MANIFEST))) {
      throw new ModelException("There is no version " + version + " in " + root + ".");
    }
    ModelBundle.load(root.resolve(version));
    locked(
        () -> {
          State state = state();
          if (state != null && state.version.equals(version)) {
            return version;
          }
          List<String> history = new ArrayList<>();
          long revision = 1;
          if (state != null) {
            history.addAll(state.history);
            history.add(state.version);
            revision = state.revision + 1;
          }
          int drop = Math.max(0, history.size() - HISTORY);
          write(new State(version, revision, List.copyOf(history.subList(drop, history.size()))));
          return version;
        });
  }

  /** Goes back to the version that was live before; returns it. */
  public String rollback() throws ModelException {
    return locked(
        () -> {
          State state = state();
          if (state == null || state.history.isEmpty()) {
            throw new ModelException("There is no earlier live version to go back to.");
          }
          String version = state.history.getLast();
          ModelBundle.load(root.resolve(version));
          List<String> history = state.history.subList(0, state.history.size() - 1);
          write(new State(version, state.revision + 1, List.copyOf(history)));
          return version;
        });
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
