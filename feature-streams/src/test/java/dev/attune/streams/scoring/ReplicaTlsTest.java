package dev.attune.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.ScoringServer;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.tracing.Tracing;
import io.grpc.netty.GrpcSslContexts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose certificate is made out to a name and who is reached at an address. */
@Timeout(120)
class ReplicaTlsTest {
  private static final String PASSWORD = "changeit";
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final String MAKE =
      "-genkeypair -storetype PKCS12 -storepass %s -keyalg EC -dname CN=inference"
          + " -ext san=dns:inference.shop -validity 2 -alias inference -keystore %s";

  @TempDir Path dir;
  private Path store;

  @BeforeEach
  void trustACertificateOfItsOwn() throws Exception {
    store = dir.resolve("inference.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String command = keytool + " " + MAKE.formatted(PASSWORD, store);
    Process process = new ProcessBuilder(command.split(" ")).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    System.setProperty("javax.net.ssl.trustStore", store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
  }

  @AfterEach
  void trustAsBefore() {
    System.clearProperty("javax.net.ssl.trustStore");
    System.clearProperty("javax.net.ssl.trustStorePassword");
  }

  private SslContext certificate() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    return GrpcSslContexts.configure(SslContextBuilder.forServer(factory)).build();
  }

  private static CallOutcome call(ScoringServer server, String name) throws Exception {
    ScoringSettings settings =
        new ScoringSettings(
            List.of(name + ":7073"),
            ScoringServer.SECRET,
            true,
            AMPLE,
            16,
            AMPLE,
            AMPLE,
            AMPLE,
            AMPLE,
            Duration.ZERO,
            4,
            AMPLE);
    ScoringMeters meters = new ScoringMeters(new SimpleMeterRegistry());
    NameLookup lookup = _ -> List.of(server.socketAddress());
    try (GrpcReplicas replicas = new GrpcReplicas(settings, meters, Tracing.OFF, lookup, AMPLE)) {
      CompletableFuture<CallOutcome> answer = new CompletableFuture<>();
      replicas.all().getFirst().call(ScoreRequest.getDefaultInstance(), answer::complete);
      return answer.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void itsCertificateIsCheckedAgainstTheName() throws Exception {
    SslContext certificate = certificate();
    try (ScoringServer server = new ScoringServer(builder -> builder.sslContext(certificate))) {
      assertThat(call(server, "inference.shop")).isEqualTo(CallOutcome.SETTLED);
      assertThat(call(server, "inference.other")).isEqualTo(CallOutcome.UNREACHABLE);
    }
  }
}
