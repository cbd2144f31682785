package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelManifest.Remote;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.grpc.GrpcEndpoint;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.grpc.Outcome;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** One instance of the service as the model server of another. */
class RemoteModelIT {

  private static final String SECRET = "a secret of the test";

  @TempDir private Path dir;

  @Test
  void asksASecondInstanceAndFallsBackWhenItIsGone() throws Exception {
    var theirs = new ModelRegistry(dir.resolve("theirs/support"));
    var ours = new ModelRegistry(dir.resolve("ours/support"));
    var unused = TestModels.publish(theirs, "far.1", 10);
    unused = TestModels.publish(ours, "near.1", 3);
    theirs.promote("far.1");

    try (var second = start(dir.resolve("theirs"))) {
      String target = "127.0.0.1:" + second.getBean(GrpcEndpoint.class).port();
      TestModels.publishRemote(
          ours, "remote.1", new Remote(target, "intent", null, false, 500, null, null, "near.1"));
      ours.promote("remote.1");
      try (var first = start(dir.resolve("ours"));
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

  private static ConfigurableApplicationContext start(Path models) {
    Infra infra = Infra.shared();
    return SpringApplication.run(
        InferenceApplication.class,
        "--server.port=0",
        "--attune.grpc.port=0",
        "--attune.inference-secret=" + SECRET,
        "--attune.models.remote-secret=" + SECRET,
        "--attune.redis.uri=" + infra.redisUri(),
        "--attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
        "--attune.kafka.schema-registry-url=" + infra.registryUrl(),
        "--attune.kafka.topic-prefix=it-remote-" + UUID.randomUUID() + ".",
        "--attune.models.dir=" + models,
        "--attune.models.playbook=playbooks/support");
  }
}
