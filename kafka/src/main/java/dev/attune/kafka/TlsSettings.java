package dev.attune.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Whom TLS trusts, and who this side is where the other one asks (mutual TLS).
 *
 * @param truststore whom to trust: PEM text, or a file: PEM ({@code .pem}, {@code .crt}, {@code
 *     .cer}), JKS ({@code .jks}), else PKCS12; empty: what the JVM trusts
 * @param truststorePassword not for PEM
 * @param keystore for mutual TLS, in the same forms; PEM holds the key and its chain; empty: no
 *     certificate of one's own
 * @param keystorePassword of the store and its key; with PEM of the key
 */
public record TlsSettings(
    @DefaultValue("") String truststore,
    @DefaultValue("") String truststorePassword,
    @DefaultValue("") String keystore,
    @DefaultValue("") String keystorePassword) {
  static final TlsSettings NONE = new TlsSettings("", "", "", "");

  private static final String PEM = DefaultSslEngineFactory.PEM_TYPE;

  /**
   * Called by the settings that these belong to, which know their whole name.
   *
   * @param name such as {@code attune.kafka.security.tls}
   */
  void check(String name) {
    checkStore(name + ".truststore", truststore, truststorePassword);
    checkStore(name + ".keystore", keystore, keystorePassword);
    Assert.isTrue(
        truststorePassword.isEmpty() || !type(truststore).equals(PEM),
        name + ".truststore-password is not needed: PEM certificates have none");
  }

  private static void checkStore(String name, String store, String password) {
    Assert.isTrue(
        store.isEmpty() || isText(store) || Files.isReadable(Path.of(store)),
        name + " can't be read: " + store);
    Assert.isTrue(!store.isEmpty() || password.isEmpty(), name + "-password is without its store");
  }

  public boolean isGiven() {
    return !truststore.isEmpty() || !keystore.isEmpty();
  }

  /** As Kafka's clients name them. */
  Map<String, Object> properties() {
    Map<String, Object> all = new HashMap<>();
    if (!truststore.isEmpty()) {
      all.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, type(truststore));
      all.put(
          isText(truststore)
              ? SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG
              : SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          truststore);
      put(all, SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, truststorePassword);
    }
    if (!keystore.isEmpty()) {
      all.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, type(keystore));
      putKeystore(all);
      put(all, SslConfigs.SSL_KEY_PASSWORD_CONFIG, keystorePassword);
    }
    return all;
  }

  private void putKeystore(Map<String, Object> all) {
    if (isText(keystore)) {
      // either looks for its own parts of the text
      all.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, keystore);
      all.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, keystore);
    } else {
      all.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, keystore);
    }
    if (!type(keystore).equals(PEM)) {
      put(all, SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, keystorePassword);
    }
  }

  private static void put(Map<String, Object> all, String name, String value) {
    if (!value.isEmpty()) {
      all.put(name, value);
    }
  }

  /** The same for a client of HTTPS: read by Kafka's class, so that the same stores do. */
  public SSLContext context() {
    ConfigDef known = new ConfigDef();
    SslConfigs.addClientSslSupport(known);
    try (var factory = new DefaultSslEngineFactory()) {
      factory.configure(known.parse(properties()));
      return factory.sslContext();
    }
  }

  private static boolean isText(String store) {
    return store.startsWith("-----BEGIN");
  }

  private static String type(String store) {
    if (isText(store) || store.matches(".*\\.(pem|crt|cer)")) {
      return PEM;
    }
    return store.endsWith(".jks") ? "JKS" : "PKCS12";
  }

  /** Without keys and passwords. */
  @Override
  public String toString() {
    return "TlsSettings[" + isGiven() + "]";
  }
}
