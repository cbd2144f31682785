package dev.attune.streams;

import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.HttpProbe;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The service as a process of its own, to be killed. */
final class StreamsProcess implements AutoCloseable {
  private final Process process;
  private final int managementPort;

  private StreamsProcess(Process process, int managementPort) {
    this.process = process;
    this.managementPort = managementPort;
  }

  static StreamsProcess start(Map<String, Object> properties, Path log) {
    return start(StreamsApplication.class, properties, log);
  }

  static StreamsProcess start(Class<?> main, Map<String, Object> properties, Path log) {
    int port = freePort();
    int managementPort = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            "--server.port=" + port,
            "--management.server.port=" + managementPort,
            "--attune.erasures.secret=0123456789abcdef"));
    properties.forEach((name, value) -> command.add("--" + name + "=" + value));
    try {
      File file = log.toFile();
      return new StreamsProcess(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
              .start(),
          managementPort);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(180))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> process.isAlive() && isReady());
  }

  private boolean isReady() {
    URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
    return HttpProbe.status(readiness) == 200;
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("still alive");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
