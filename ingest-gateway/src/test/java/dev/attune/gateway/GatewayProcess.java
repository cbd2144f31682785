package dev.attune.gateway;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerProcess;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The gateway as a process of its own: to be killed, or to be watched from outside. */
final class GatewayProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(90);

  private final Definition definition;
  private final Path log;
  private ServerProcess process;

  private GatewayProcess(Definition definition) {
    this.definition = definition;
    this.log = definition.directory().resolve("gateway-" + definition.port() + ".log");
    this.process = ServerProcess.start(definition, log);
  }

  /** Starts and does not wait. */
  static GatewayProcess start(Infra infra, Topics topics, String heap, String... properties) {
    try {
      int port = Ports.free();
      int management = Ports.free();
      String[] arguments =
          Stream.concat(
                  Stream.of(properties),
                  Stream.of(
                      "server.port=" + port,
                      "management.server.port=" + management,
                      "spring.profiles.active=local",
                      "attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
                      "attune.kafka.registry.url=" + infra.registryUrl(),
                      "attune.kafka.topics.prefix=" + topics.prefix()))
              .map(property -> "--" + property)
              .toArray(String[]::new);
      return new GatewayProcess(
          new Definition(
              port, management, heap, List.of(arguments), Files.createTempDirectory("gateway")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GatewayProcess awaitReady() {
    process.awaitReady(READY);
    return this;
  }

  /** As {@code kill -9}. */
  void kill() {
    process.kill();
  }

  /** On the same port. */
  void startAgain() {
    process = ServerProcess.start(definition, log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end, as an orchestrator does, and does not wait. */
  void terminate() {
    ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + definition.port());
  }

  /** Of the port of management. */
  URI management(String path) {
    return definition.managed(path);
  }

  @Override
  public void close() {
    process.kill();
  }

  private record Definition(
      int port, int management, String heap, List<String> arguments, Path directory)
      implements Server {
    URI managed(String path) {
      return URI.create("http://127.0.0.1:" + management + path);
    }

    @Override
    public String name() {
      return "gateway";
    }

    @Override
    public List<String> command() {
      return JavaCommand.withHeap(heap)
          .option("-XX:TieredStopAtLevel=1")
          .option("-cp")
          .option(System.getProperty("java.class.path"))
          .run(
              Stream.concat(Stream.of(GatewayApplication.class.getName()), arguments.stream())
                  .toArray(String[]::new));
    }

    @Override
    public boolean isReady() {
      return HttpProbe.status(managed("/actuator/health/readiness")) == 200;
    }
  }
}
