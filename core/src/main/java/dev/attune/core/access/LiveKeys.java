package dev.attune.core.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the moment: those of the settings and those of a file, which is looked at again at
 * most every so often. So keys are rotated without a restart. A file that turned bad changes
 * nothing and is told, so a typing error locks nobody out. Thread-safe.
 */
public final class LiveKeys {
  private final List<AccessKey> fixed;
  private final @Nullable Path file;
  private final Duration every;
  private final InstantSource clock;
  private final Consumer<String> log;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicLong nextLook;
  private volatile KeyRing ring;
  private volatile @Nullable FileTime read;

  /**
   * @param file more keys, a line each: {@code name role sha256 origin…}; null: none
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
        ring = load();
        log.accept("keys read again: " + ring.keys().size() + " known");
      }
    } catch (IOException | IllegalArgumentException e) {
      log.accept("the file of keys is not usable, those before stay valid: " + e.getMessage());
    }
  }

  private KeyRing load() throws IOException {
    List<AccessKey> all = new ArrayList<>(fixed);
    if (file != null) {
      all.addAll(KeysFile.read(file));
    }
    return new KeyRing(all);
  }
}
