package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.ModelManifest.Remote;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.grpc.GrpcEndpoint;
import dev.attune.inference.model.OtherServer;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.predictions.Certificates;
import dev.attune.predictions.PredictionWriter;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.grpc.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Other processes and another instance of the service as its model servers. */
class RemoteModelIT {
  private static final int TIMEOUT_MILLIS = 2_000;

  private static final String SECRET = "a secret of the test";

  @TempDir private Path dir;

  @Test
  void asksASecondInstanceAndFallsBackWhenItIsGone() throws Exception {
    var theirs = new ModelRegistry(dir.resolve("theirs/support"));
    var ours = new ModelRegistry(dir.resolve("ours/support"));
    var unused = TestModels.publish(theirs, "far.1", 10);
    unused = TestModels.publish(ours, "near.1", 3);
    theirs.promote("far.1");

    var certificates = Certificates.make(dir, "server");
    try (var trust = JvmTrust.of(certificates);
        var second = start(dir.resolve("theirs"), "127.0.0.1:1", serving(certificates))) {
      String target = "127.0.0.1:" + second.getBean(GrpcEndpoint.class).port();
      TestModels.publishRemote(
          ours, "remote.1", new Remote(target, "intent", null, true, 500, null, null, "near.1"));
      ours.promote("remote.1");
      try (var first = start(dir.resolve("ours"), target);
          var client = new ScoringClient(first.getBean(GrpcEndpoint.class).port(), SECRET)) {
        String user = "u-" + UUID.randomUUID();

        var far = client.send(request(user, 1, row(2))).get(10, TimeUnit.SECONDS);
        second.close();
        var near = client.send(request(user, 2, row(2))).get(10, TimeUnit.SECONDS);

        assertThat(far.getOutcome()).isEqualTo(Outcome.STORED);
        assertThat(far.getModelVersion()).isEqualTo("remote.1");
        assertThat(near.getOutcome()).isEqualTo(Outcome.STORED);
        assertThat(near.getModelVersion()).isEqualTo("near.1");
      }
    }
  }

  @Test
  void asksAServerInItsOwnProcessAndFallsBackWhenItIsFrozenAndWhenItIsKilled() throws Exception {
    int port = Ports.free();
    var certificates = Certificates.make(dir, "server");
    Process server = serve(port, certificates);
    try (var trust = JvmTrust.of(certificates)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> Ports.isOpen(port));
      var registry = new ModelRegistry(dir.resolve("support"));
      var unused = TestModels.publish(registry, "near.1", 3);
      var remote =
          new Remote(
              "127.0.0.1:" + port,
              "intent",
              null,
              true,
              TIMEOUT_MILLIS,
              OtherServer.INPUT,
              OtherServer.OUTPUT,
              "near.1");
      TestModels.publishRemote(registry, "theirs.1", remote);
      registry.promote("theirs.1");
      try (var service = start(dir, "127.0.0.1:" + port);
          var client = new ScoringClient(service.getBean(GrpcEndpoint.class).port(), SECRET)) {
        String user = "u-" + UUID.randomUUID();

        assertThat(version(client, user, 1)).isEqualTo("theirs.1");
        assertThat(stored(service, user)).containsEntry(TestModels.LABELS.get(2), 1f);

        signal(server, "STOP");
        long frozen = System.nanoTime();
        assertThat(version(client, user, 2)).isEqualTo("near.1");
        assertThat(Duration.ofNanos(System.nanoTime() - frozen))
            .isGreaterThan(Duration.ofMillis(TIMEOUT_MILLIS - 100));

        server.destroyForcibly().waitFor();
        assertThat(version(client, user, 3)).isEqualTo("near.1");
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private Process serve(int port, Certificates own) throws Exception {
    return new ProcessBuilder(
            JavaCommand.withHeap("128m")
                .option("-cp")
                .option(System.getProperty("java.class.path"))
                .run(
                    OtherServer.class.getName(),
                    Integer.toString(TestModels.LABELS.size()),
                    Integer.toString(port),
                    SECRET,
                    own.certificate().toString(),
                    own.key().toString()))
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("serve.log").toFile())
        .start();
  }

  private static void signal(Process process, String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static String version(ScoringClient client, String user, long offset) throws Exception {
    var answer = client.send(request(user, offset, row(2))).get(30, TimeUnit.SECONDS);
    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    return answer.getModelVersion();
  }

  /** What Redis holds. */
  private static Map<String, Float> stored(ConfigurableApplicationContext service, String user)
      throws Exception {
    var entry = service.getBean(PredictionWriter.class).read(user).orElseThrow();
    return entry.prediction().getProbabilities().stream()
        .collect(Collectors.toMap(LabelProbability::getLabel, LabelProbability::getProbability));
  }

  private static String[] serving(Certificates own) {
    return new String[] {
      "--attune.grpc.ssl-bundle=server",
      "--spring.ssl.bundle.pem.server.keystore.certificate=file:" + own.certificate(),
      "--spring.ssl.bundle.pem.server.keystore.private-key=file:" + own.key()
    };
  }

  private static ConfigurableApplicationContext start(
      Path models, String secretTarget, String... more) {
    Stream<String> all = Stream.concat(settings(models, secretTarget), Stream.of(more));
    return SpringApplication.run(InferenceApplication.class, all.toArray(String[]::new));
  }

  private static Stream<String> settings(Path models, String secretTarget) {
    Infra infra = Infra.shared();
    return Stream.of(
        "--server.port=0",
        "--management.server.port=0",
        "--attune.grpc.port=0",
        "--attune.inference-secret=" + SECRET,
        "--attune.models.remote-secret=" + SECRET,
        "--attune.models.remote-secret-targets=" + secretTarget,
        "--attune.redis.uri=" + infra.redisUri(),
        "--attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
        "--attune.kafka.registry.url=" + infra.registryUrl(),
        "--attune.kafka.topics.prefix=it-remote-" + UUID.randomUUID() + ".",
        "--attune.models.dir=" + models,
        "--attune.models.playbook=playbooks/support");
  }
}
