package dev.attune.inference.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.access.LiveKeys;
import dev.attune.inference.InferCalls;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.oip.OipGrpc;
import dev.attune.inference.oip.OpenInference;
import dev.attune.predictions.Certificates;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.ServerLiveRequest;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real TLS with real certificates; the server has no secret, so that only those can admit. */
class GrpcAccessTest {
  private static final X500Principal SUBJECT = new X500Principal("CN=feature-streams, O=Shop");

  @TempDir private Path dir;
  private Certificates servers;
  private Certificates friends;
  private Certificates others;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    servers = Certificates.make(dir, "server");
    friends = Certificates.make(dir, "friend", "cn=Feature-Streams,o=shop");
    others = Certificates.make(dir, "other", "cn=Feature-Streams,o=shop,ou=lab");
    Path trusted = dir.resolve("trusted.crt");
    Files.writeString(
        trusted, Files.readString(friends.certificate()) + Files.readString(others.certificate()));
    var nobody =
        new SecretKeyCheck(
            new LiveKeys(List.of(), null, Duration.ofSeconds(5), InstantSource.system(), _ -> {}));
    var credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(servers.certificate().toFile(), servers.key().toFile())
            .trustManager(trusted.toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
            .build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), credentials)
            .intercept(new GrpcAccess(nobody, Set.of(SUBJECT)))
            .addService(new OipGrpc(new OpenInference(() -> ModelSlots.EMPTY, "test")))
            .build()
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    server.shutdownNow().awaitTermination();
  }

  /** Who is admitted learns that no model is loaded. */
  @Test
  void aTrustedCertificateOfAListedSubjectDoesInsteadOfTheSecret() throws Exception {
    assertThat(infer(with(friends))).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void aTrustedCertificateOfAnotherSubjectOpensOnlyHealth() throws Exception {
    assertThat(infer(with(others))).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(isLive(with(others))).isTrue();
  }

  @Test
  void withoutACertificateOnlyHealthIsOpen() throws Exception {
    ChannelCredentials nobody =
        TlsChannelCredentials.newBuilder().trustManager(servers.certificate().toFile()).build();

    assertThat(infer(nobody)).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(isLive(nobody)).isTrue();
  }

  @Test
  void aForgedCertificateOfAListedSubjectIsRefused() throws Exception {
    Certificates forged = Certificates.make(dir, "forged", "cn=Feature-Streams,o=shop");

    assertThat(infer(with(forged))).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private ChannelCredentials with(Certificates own) throws IOException {
    return InferCalls.credentials(servers, own);
  }

  private Status.Code infer(ChannelCredentials credentials) {
    return InferCalls.status(server.getPort(), credentials);
  }

  private boolean isLive(ChannelCredentials credentials) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort(), credentials).build();
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .serverLive(ServerLiveRequest.getDefaultInstance())
          .getLive();
    } finally {
      channel.shutdownNow();
    }
  }
}
