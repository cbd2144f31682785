package dev.attune.local.stack;

import dev.attune.local.infra.AotCache;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the ahead-of-time caches from which the stack's JVMs start: runs a stack of its own once,
 * with some load, and keeps which classes it needed.
 */
public final class CacheTraining {
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
    try {
      Files.createDirectories(folder);
      for (AotCache old : commands().map(this::cache).toList()) {
        Files.deleteIfExists(old.file());
      }
      List<List<String>> commands = commands().toList();
      try {
        stack.up();
        load.on(settings);
      } finally {
        stack.down();
      }
      commands.parallelStream().forEach(this::create);
      AotCache.deleteAllBut(folder, commands.stream().map(this::cache).toList());
    } catch (IOException e) {
      throw new ServerException("The caches could not be made: " + e.getMessage(), e);
    }
  }

  private void create(List<String> command) {
    cache(command).create(command, settings.logs().resolve("caches.log"));
  }

  private static boolean isCached(Part part) {
    return part != Part.REDIS && part != Part.ZIPKIN;
  }

  private Stream<List<String>> commands() {
    return settings.parts().stream()
        .filter(CacheTraining::isCached)
        .map(part -> stack.server(part).command());
  }

  private AotCache cache(List<String> command) {
    return AotCache.of(folder, command);
  }

  private Server recorded(Server server) {
    boolean isCached = Part.named(server.name()).filter(CacheTraining::isCached).isPresent();
    return isCached ? new Recorded(server, folder) : server;
  }

  private record Recorded(Server server, Path folder) implements Server {
    @Override
    public String name() {
      return server.name();
    }

    @Override
    public int port() {
      return server.port();
    }

    @Override
    public void prepare() {
      server.prepare();
    }

    @Override
    public List<String> command() {
      List<String> command = server.command();
      return AotCache.of(folder, command).recording(command);
    }

    @Override
    public Map<String, String> environment() {
      return server.environment();
    }

    @Override
    public Path directory() {
      return server.directory();
    }

    @Override
    public boolean isReady() {
      return server.isReady();
    }
  }
}
