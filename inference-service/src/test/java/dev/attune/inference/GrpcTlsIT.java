package dev.attune.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.inference.grpc.GrpcEndpoint;
import dev.attune.local.infra.Infra;
import dev.attune.predictions.Certificates;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** TLS as it is first switched on: a certificate for the server, and no trust store. */
class GrpcTlsIT {
  @TempDir private Path dir;

  /** What the JVM trusts stands for the public authorities, which sign for everybody. */
  @Test
  void aPublicAuthoritysCertificateAdmitsNobody() throws Exception {
    var own = Certificates.make(dir, "server");
    var stranger = Certificates.make(dir, "stranger");
    try (var trust = JvmTrust.of(stranger);
        var service = start(own)) {
      int port = service.getBean(GrpcEndpoint.class).port();

      assertThat(InferCalls.status(port, InferCalls.credentials(own, stranger)))
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  private ConfigurableApplicationContext start(Certificates own) {
    Infra infra = Infra.shared();
    return SpringApplication.run(
        InferenceApplication.class,
        "--server.port=0",
        "--management.server.port=0",
        "--attune.grpc.port=0",
        "--attune.grpc.ssl-bundle=server",
        "--spring.ssl.bundle.pem.server.keystore.certificate=file:" + own.certificate(),
        "--spring.ssl.bundle.pem.server.keystore.private-key=file:" + own.key(),
        "--attune.redis.uri=" + infra.redisUri(),
        "--attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
        "--attune.kafka.registry.url=" + infra.registryUrl(),
        "--attune.kafka.topics.prefix=it-tls-" + UUID.randomUUID() + ".",
        "--attune.models.dir=" + dir,
        "--attune.models.playbook=playbooks/support");
  }
}
