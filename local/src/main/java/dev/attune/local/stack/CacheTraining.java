package dev.attune.local.stack;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.Processes;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.CacheTarget.CachedJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes ahead-of-time caches: runs a stack of its own once, with some load, and keeps which classes
 * its JVMs needed.
 */
public final class CacheTraining {
  private static final Duration LONGEST_END = Duration.ofMinutes(5);

  private final StackSettings settings;
  private final CacheTarget target;
  private final LocalStack stack;

  /**
   * @param settings of a stack that nobody uses
   */
  public CacheTraining(StackSettings settings, CacheTarget target) {
    this.settings = settings;
    this.target = target;
    this.stack =
        new LocalStack(
            settings,
            StackListener.SILENT,
            (part, command) -> target.of(part, command).map(CachedJvm::recording).orElse(command));
  }

  /** What a stack does while its classes are noted. */
  public interface Load {
    void on(StackSettings settings) throws InterruptedException;
  }

  /** Whether one isn't there. */
  public boolean isNeeded() {
    return !jvms().allMatch(jvm -> jvm.cache().exists());
  }

  /**
   * Makes all caches anew. When the program is ended meanwhile, nothing of the stack stays, neither
   * processes nor its home.
   *
   * @param load what the stack does meanwhile: what it runs is what starts quickly later
   */
  public void run(Load load) throws InterruptedException {
    List<CachedJvm> jvms = jvms().toList();
    try (var undone = stack.undoneWhenInterrupted(() -> Folders.delete(settings.home()))) {
      target.clear();
      try {
        stack.up();
        recorded().forEach(target::loadBegins);
        load.on(settings);
        end(Part::isService);
        end(part -> true);
      } finally {
        stack.down();
      }
      Path log = settings.checkout().root().resolve("target/attune-caches.log");
      jvms.parallelStream().forEach(jvm -> jvm.create(log));
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
      if (!Processes.awaitEnd(process, LONGEST_END)) {
        throw new ServerException("Process " + process.pid() + " does not end.");
      }
    }
  }

  private Stream<ProcessHandle> recorded() {
    return settings.parts().stream()
        .filter(part -> target.of(part, stack.server(part).command()).isPresent())
        .flatMap(part -> stack.process(part).stream());
  }

  private Stream<CachedJvm> jvms() {
    return settings.parts().stream()
        .flatMap(part -> target.of(part, stack.server(part).command()).stream());
  }
}
