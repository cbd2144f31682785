package dev.attune.predictions;

import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Ports;
import dev.attune.local.infra.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.Jedis;

/** A Redis process of a test's own. */
public record TestRedis(int port, Path directory, Process process) implements AutoCloseable {
  /** The installed Redis or Valkey, embedded where none is, on a free port. */
  public static TestRedis start(String... options) {
    return start(Ports.free(), options);
  }

  public static TestRedis start(int port, String... options) {
    return start(port, directory -> command(directory, port, options));
  }

  /** The 6.2 that the embedded-redis jar carries. */
  static TestRedis start62(String... options) {
    int port = Ports.free();
    return start(
        port,
        directory -> {
          List<String> command = command(directory, port, options);
          command.set(0, embedded(directory));
          return command;
        });
  }

  /** One of those of whom two decide, after a primary's second of silence. */
  static TestRedis sentinel(String name, int primary) {
    int port = Ports.free();
    String configuration =
        """
        port %d
        bind 127.0.0.1
        sentinel monitor %s 127.0.0.1 %d 2
        sentinel down-after-milliseconds %s 1000
        sentinel failover-timeout %s 5000
        """
            .formatted(port, name, primary, name, name);
    return start(
        port,
        directory -> {
          Path file = write(directory.resolve("sentinel.conf"), configuration);
          return List.of(command(directory, port).getFirst(), file.toString(), "--sentinel");
        });
  }

  private static TestRedis start(int port, Function<Path, List<String>> command) {
    try {
      Path directory = Files.createTempDirectory("redis");
      Process process =
          new ProcessBuilder(command.apply(directory))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      await().until(new RedisServer(directory, port)::isReady);
      return new TestRedis(port, directory, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(Path directory, int port, String... options) {
    List<String> command = new ArrayList<>(new RedisServer(directory, port).command());
    // a replica that comes is served at once
    command.addAll(List.of("--repl-diskless-sync-delay", "0"));
    command.addAll(List.of(options));
    return command;
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String embedded(Path directory) {
    Path binary = directory.resolve("redis-server");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String resource = "/redis-server-" + (arm ? "6.2.7-linux-arm64" : "6.2.6-v5-linux-amd64");
    try (InputStream in = TestRedis.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in), binary, StandardCopyOption.REPLACE_EXISTING);
      if (!binary.toFile().setExecutable(true)) {
        throw new IOException(binary + " could not be made executable");
      }
      return binary.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The administrator's connection. */
  public Jedis admin() {
    return new Jedis("127.0.0.1", port);
  }

  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** How many clients wait inside for news. */
  public static long blockedClients(String uri) {
    try (Jedis admin = new Jedis(URI.create(uri))) {
      return admin
          .info("clients")
          .lines()
          .filter(line -> line.startsWith("blocked_clients:"))
          .mapToLong(line -> Long.parseLong(line.substring("blocked_clients:".length()).strip()))
          .sum();
    }
  }

  /** Stops it without ending it: its connections stay open and answer nothing. */
  public void stop() {
    signal("STOP");
  }

  /** Goes on after {@link #stop}. */
  public void proceed() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills it: a cache has nothing to save. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      var unused = process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
