package dev.attune.core.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the moment: those of the settings, and those of a file that is looked at again and
 * again. So keys are rotated without a restart. A file that turned bad changes nothing and is told,
 * so a typing error locks nobody out. When each was last used is kept as long as the process lives.
 * Thread-safe.
 */
public final class LiveKeys {
  private final List<AccessKey> fixed;
  private final @Nullable Path file;
  private final Duration every;
  private final InstantSource clock;
  private final Consumer<String> log;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicLong nextLook;
  private final List<Consumer<List<KeyChange>>> listeners = new CopyOnWriteArrayList<>();

  /** By name, in Unix seconds. Names are few: who has no key of ours leaves nothing here. */
  private final Map<String, AtomicLong> lastUses = new ConcurrentHashMap<>();

  private volatile KeyRing ring;
  private volatile @Nullable FileTime read;

  /**
   * @param fixed the settings' keys; one whose hash the file has, too, is as the file says
   * @param file more keys, a line each: {@code name role sha256 [scopes=…] [expires=…] [origin…]};
   *     null: none
   * @param every how often it is looked at; the longest a withdrawn key still works
   * @param log is told when keys were read again, and when they can't be
   * @throws IOException when the file can't be read now
   * @throws IllegalArgumentException naming the line that is wrong, or a key that is listed twice
   */
  public LiveKeys(
      List<AccessKey> fixed,
      @Nullable Path file,
      Duration every,
      InstantSource clock,
      Consumer<String> log)
      throws IOException {
    this.fixed = List.copyOf(fixed);
    this.file = file;
    this.every = every;
    this.clock = clock;
    this.log = log;
    this.read = file == null ? null : Files.getLastModifiedTime(file);
    this.ring = load();
    this.nextLook = new AtomicLong(clock.millis() + every.toMillis());
  }

  /**
   * Whether what was presented is one of the keys and valid now. A valid one is noted as used.
   *
   * @param presented null: nothing was
   */
  public KeyFinding find(@Nullable String presented) {
    AccessKey key = ring().find(presented);
    if (key == null) {
      return new KeyFinding.Unknown();
    }
    Instant now = clock.instant();
    if (key.expires() != null && key.expires().isOver(now)) {
      return new KeyFinding.Expired(key, key.expires().at());
    }
    lastUses.computeIfAbsent(key.name(), _ -> new AtomicLong()).setPlain(now.getEpochSecond());
    return new KeyFinding.Valid(key);
  }

  /** When the key of this name was last let in here, in Unix seconds; 0: not since the start. */
  public long lastUsed(String name) {
    AtomicLong seconds = lastUses.get(name);
    return seconds == null ? 0 : seconds.getPlain();
  }

  /**
   * @param listener is told what another content of the file changed, by the thread that asks for
   *     keys: it must not wait
   */
  public void onChange(Consumer<List<KeyChange>> listener) {
    listeners.add(listener);
  }

  /** The keys as they are now; also those that have expired. */
  public KeyRing ring() {
    if (file != null && clock.millis() >= nextLook.get() && reading.tryLock()) {
      try {
        look(file);
      } finally {
        nextLook.set(clock.millis() + every.toMillis());
        reading.unlock();
      }
    }
    return ring;
  }

  private void look(Path file) {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      if (!modified.equals(read)) {
        read = modified;
        KeyRing before = ring;
        ring = load();
        log.accept("keys read again: " + ring.keys().size() + " known");
        List<KeyChange> changes = KeyChange.between(before, ring);
        listeners.forEach(listener -> listener.accept(changes));
      }
    } catch (IOException | IllegalArgumentException e) {
      log.accept("the file of keys is not usable, those before stay valid: " + e.getMessage());
    }
  }

  /** A key that the file has, too, is as the file says. */
  private KeyRing load() throws IOException {
    List<AccessKey> all = new ArrayList<>(file == null ? List.of() : KeysFile.read(file));
    Set<String> filed = all.stream().map(AccessKey::sha256).collect(Collectors.toSet());
    fixed.stream().filter(key -> !filed.contains(key.sha256())).forEach(all::add);
    return new KeyRing(all);
  }
}
