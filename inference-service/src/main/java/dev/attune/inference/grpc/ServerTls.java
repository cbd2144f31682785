package dev.attune.inference.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** The server's side of TLS, by the settings. */
final class ServerTls {
  private ServerTls() {}

  /**
   * @throws IllegalStateException when client certificates are to admit callers and the bundle has
   *     no trust store: the JVM's own would stand in, and believe every public authority
   */
  static ServerCredentials of(GrpcSettings settings, SslBundles bundles) {
    String name = settings.sslBundle();
    if (name == null) {
      return InsecureServerCredentials.create();
    }
    SslBundle bundle = bundles.getBundle(name);
    TlsServerCredentials.Builder tls =
        TlsServerCredentials.newBuilder().keyManager(bundle.getManagers().getKeyManagers());
    if (settings.clientSubjects().isEmpty()) {
      return tls.clientAuth(TlsServerCredentials.ClientAuth.NONE).build();
    }
    if (bundle.getStores().getTrustStore() == null) {
      throw new IllegalStateException(
          "attune.grpc.client-subjects needs a trust store in the bundle " + name + ".");
    }
    return tls.trustManager(bundle.getManagers().getTrustManagers())
        .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
        .build();
  }
}
