package dev.attune.predictions;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whom TLS trusts, and who this side is where Redis asks (mutual TLS). Files are PEM ({@code .pem},
 * {@code .crt}, {@code .cer}), else PKCS12 or JKS. Certificates must name the host, in a cluster
 * and behind sentinels each node's, as announced.
 *
 * @param truststore empty: what the JVM trusts
 * @param truststorePassword not for PEM
 * @param keystore with PEM the key and its chain in one file; empty: no certificate of one's own
 * @param keystorePassword of the store; with PEM of the key
 */
public record TlsSettings(
    @DefaultValue("") String truststore,
    @DefaultValue("") String truststorePassword,
    @DefaultValue("") String keystore,
    @DefaultValue("") String keystorePassword) {

  public static final TlsSettings NONE = new TlsSettings("", "", "", "");

  public TlsSettings {
    requireReadable("truststore", truststore);
    requireReadable("keystore", keystore);
  }

  private static void requireReadable(String name, String file) {
    RedisSettings.require(
        file.isEmpty() || Files.isReadable(Path.of(file)),
        "tls." + name + " can't be read: " + file);
  }

  static boolean isPem(String file) {
    return file.matches(".*\\.(pem|crt|cer)");
  }

  boolean isGiven() {
    return !truststore.isEmpty() || !keystore.isEmpty();
  }

  /** Without passwords. */
  @Override
  public String toString() {
    return "TlsSettings[" + truststore + ", " + keystore + "]";
  }
}
