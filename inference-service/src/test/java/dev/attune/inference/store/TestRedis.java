package dev.attune.inference.store;

import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A Redis process of a test's own. */
public record TestRedis(Kind kind, int port, Process process) implements AutoCloseable {

  /** Which server. */
  public enum Kind {
    /** The installed Redis or Valkey, embedded where none is. */
    INSTALLED,
    /** The 6.2 that the embedded-redis jar carries. */
    EMBEDDED_6_2
  }

  static TestRedis start(Kind kind, String... options) {
    return start(kind, freePort(), options);
  }

  public static TestRedis start(Kind kind, int port, String... options) {
    try {
      Path directory = Files.createTempDirectory("redis");
      var server = new RedisServer(directory, port);
      List<String> command = new ArrayList<>(server.command());
      if (kind == Kind.EMBEDDED_6_2) {
        command.set(0, embedded(directory));
      }
      command.addAll(List.of(options));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      await().until(server::isReady);
      return new TestRedis(kind, port, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sentinel that alone decides, within a second. */
  static TestRedis sentinel(Path directory, String name, int primary) throws IOException {
    int port = freePort();
    Path configuration = directory.resolve("sentinel-" + port + ".conf");
    Files.writeString(
        configuration,
        """
        port %d
        bind 127.0.0.1
        sentinel monitor %s 127.0.0.1 %d 1
        sentinel down-after-milliseconds %s 1000
        sentinel failover-timeout %s 5000
        """
            .formatted(port, name, primary, name, name));
    String server = new RedisServer(directory, port).command().getFirst();
    Process process =
        new ProcessBuilder(server, configuration.toString(), "--sentinel")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sentinel.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await().until(new RedisServer(directory, port)::isReady);
    return new TestRedis(Kind.INSTALLED, port, process);
  }

  private static String embedded(Path directory) throws IOException {
    Path binary = directory.resolve("redis-server");
    String resource = "/redis-server-" + (arm() ? "6.2.7-linux-arm64" : "6.2.6-v5-linux-amd64");
    try (InputStream in = TestRedis.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in), binary, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!binary.toFile().setExecutable(true)) {
      throw new IOException(binary + " could not be made executable");
    }
    return binary.toString();
  }

  private static boolean arm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  public static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
