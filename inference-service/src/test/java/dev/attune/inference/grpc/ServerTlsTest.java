package dev.attune.inference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.predictions.Certificates;
import io.grpc.InsecureServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

class ServerTlsTest {
  @TempDir private Path dir;
  private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

  @BeforeEach
  void makeBundles() throws Exception {
    var own = Certificates.make(dir, "server");
    var keys =
        PemSslStoreDetails.forCertificate("file:" + own.certificate())
            .withPrivateKey("file:" + own.key());
    var trust = PemSslStoreDetails.forCertificate("file:" + own.certificate());
    bundles.registerBundle("alone", SslBundle.of(new PemSslStoreBundle(keys, null)));
    bundles.registerBundle("trusting", SslBundle.of(new PemSslStoreBundle(keys, trust)));
  }

  @Test
  void asksNobodyForACertificateWhereNoSubjectIsListed() {
    for (String bundle : List.of("alone", "trusting")) {
      assertThat(tls(bundle).getClientAuth()).isEqualTo(ClientAuth.NONE);
    }
    assertThat(ServerTls.of(settings(null), bundles)).isInstanceOf(InsecureServerCredentials.class);
  }

  @Test
  void believesListedSubjectsByTheBundlesTrustStoreOnly() {
    assertThat(tls("trusting", "CN=feature-streams").getClientAuth())
        .isEqualTo(ClientAuth.OPTIONAL);
    assertThatThrownBy(() -> tls("alone", "CN=feature-streams"))
        .hasMessage("attune.grpc.client-subjects needs a trust store in the bundle alone.");
  }

  private TlsServerCredentials tls(String bundle, String... subjects) {
    return (TlsServerCredentials) ServerTls.of(settings(bundle, subjects), bundles);
  }

  private static GrpcSettings settings(@Nullable String bundle, String... subjects) {
    return new GrpcSettings("127.0.0.1", 0, bundle, List.of(subjects), Duration.ZERO);
  }
}
