package dev.attune.responses;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The service as a process of its own, to be killed; its log and its data are in one folder. */
record ServiceProcess(Infra infra, String topicPrefix, Path directory, int port, int managementPort)
    implements Server {
  ServiceProcess(Infra infra, String topicPrefix, Path directory) {
    this(infra, topicPrefix, directory, Ports.free(), Ports.free());
  }

  /** Starts and waits until decisions can be logged. */
  ServerProcess startReady() {
    return ServerProcess.start(this, directory.resolve("service.log"))
        .awaitReady(Duration.ofSeconds(90));
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Files in which decisions wait. */
  List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.list(spool())) {
      return files.toList();
    }
  }

  Path spool() {
    return directory.resolve("spool");
  }

  @Override
  public String name() {
    return "responses";
  }

  @Override
  public List<String> command() {
    return JavaCommand.withHeap("160m")
        .option("-XX:TieredStopAtLevel=1")
        .option("-cp")
        .option(System.getProperty("java.class.path"))
        .run(
            ResponsesApplication.class.getName(),
            "--server.port=" + port,
            "--management.server.port=" + managementPort,
            "--spring.profiles.active=local",
            "--attune.responses.playbook=" + Path.of("../playbooks/support").toAbsolutePath(),
            "--attune.decisions.spool=" + spool(),
            "--attune.kafka.topics.prefix=" + topicPrefix,
            "--attune.redis.uri=" + infra.redisUri(),
            "--attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
            "--attune.kafka.registry.url=" + infra.registryUrl());
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(
            URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
        == 200;
  }
}
