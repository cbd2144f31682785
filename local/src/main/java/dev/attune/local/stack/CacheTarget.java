package dev.attune.local.stack;

import dev.attune.local.infra.AotCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which of a stack's JVMs get an ahead-of-time cache, and where it goes. */
public interface CacheTarget {
  /**
   * A JVM that gets one.
   *
   * @param command that the cache is for; it is what runs while classes are noted
   */
  record CachedJvm(AotCache cache, List<String> command) {
    List<String> recording() {
      return cache.recording(command);
    }

    void create(Path log) {
      cache.create(command, log);
    }
  }

  /** Deletes what was made before. */
  void clear() throws IOException;

  /**
   * The JVM of a part; empty where it gets no cache.
   *
   * @param command that the stack starts the part with
   */
  Optional<CachedJvm> of(Part part, List<String> command);

  /**
   * The stack is up, and its load begins.
   *
   * @param jvm one that gets a cache, while its classes are noted
   */
  default void loadBegins(ProcessHandle jvm) {}
}
