package dev.attune.local.stack;

import dev.attune.local.infra.AotCache;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes the ahead-of-time caches from which the stack's JVMs start: runs a stack of its own once,
 * with some load, and keeps which classes it needed.
 */
public final class CacheTraining {
  private static final Duration LONGEST_END = Duration.ofMinutes(5);

  private final StackSettings settings;
  private final LocalStack stack;
  private final Path folder;

  /**
   * @param settings of a stack that nobody uses
   */
  public CacheTraining(StackSettings settings) {
    this.settings = settings;
    this.folder = AotCache.folder(settings.checkout());
    this.stack = new LocalStack(settings, StackListener.SILENT, this::recorded);
  }

  /** What a stack does while its classes are noted. */
  public interface Load {
    void on(StackSettings settings) throws InterruptedException;
  }

  /** Whether a JVM of the stack would start without a cache now. */
  public boolean isNeeded() {
    return !commands().map(this::cache).allMatch(AotCache::exists);
  }

  /**
   * Makes all caches anew.
   *
   * @param load what the stack does meanwhile: what it runs is what starts quickly later
   */
  public void run(Load load) throws InterruptedException {
    List<List<String>> commands = commands().toList();
    try {
      Files.createDirectories(folder);
      AotCache.deleteAll(folder);
      try {
        stack.up();
        load.on(settings);
        end(Part::isService);
        end(part -> true);
      } finally {
        stack.down();
      }
      commands.parallelStream().forEach(this::create);
    } catch (IOException e) {
      throw new ServerException("The caches could not be made: " + e.getMessage(), e);
    }
  }

  /**
   * A JVM writes what it noted as it ends. That takes longer than the stack waits for its parts.
   */
  private void end(Predicate<Part> which) {
    List<ProcessHandle> ending =
        settings.parts().stream()
            .filter(which)
            .flatMap(part -> stack.process(part).stream())
            .toList();
    ending.forEach(ProcessHandle::destroy);
    for (ProcessHandle process : ending) {
      process.onExit().orTimeout(LONGEST_END.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  private void create(List<String> command) {
    cache(command).create(command, settings.checkout().root().resolve("target/attune-caches.log"));
  }

  private Stream<List<String>> commands() {
    return settings.parts().stream()
        .map(part -> stack.server(part).command())
        .filter(AotCache::serves);
  }

  private AotCache cache(List<String> command) {
    return AotCache.of(folder, command);
  }

  private List<String> recorded(List<String> command) {
    return AotCache.serves(command) ? cache(command).recording(command) : command;
  }
}
