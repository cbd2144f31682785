package dev.attune.local.infra;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * A broker that speaks SASL_SSL with SCRAM-SHA-512 only, and allows nothing that no ACL allows.
 *
 * @param keystore PKCS12 with the broker's key and certificate, which clients then trust
 * @param storePassword of the store and its key
 * @param users their passwords by name; {@link #ADMIN} is one, who may do everything
 */
public record KafkaSecurity(Path keystore, String storePassword, Map<String, String> users) {
  public static final String ADMIN = "admin";

  private static final String MECHANISM = "SCRAM-SHA-512";

  /** What is allowed and refused is in the broker's log. */
  static final String AUDIT =
      """
      logger.audit.name = kafka.authorizer.logger
      logger.audit.level = DEBUG
      """;

  // the controller's listener knows no users; nobody else reaches it than the broker itself
  void addTo(Properties broker) {
    broker.setProperty("listener.name.broker.scram-sha-512.sasl.jaas.config", login(ADMIN));
    broker.setProperty("sasl.enabled.mechanisms", MECHANISM);
    broker.setProperty("sasl.mechanism.inter.broker.protocol", MECHANISM);
    broker.setProperty(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PKCS12");
    broker.setProperty(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, keystore.toString());
    broker.setProperty(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, storePassword);
    broker.setProperty(SslConfigs.SSL_KEY_PASSWORD_CONFIG, storePassword);
    broker.setProperty(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PKCS12");
    broker.setProperty(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, keystore.toString());
    broker.setProperty(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, storePassword);
    broker.setProperty(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    broker.setProperty("super.users", "User:%s;User:ANONYMOUS".formatted(ADMIN));
  }

  /** The users, for the storage tool: there must be one before the broker's first start. */
  List<String> formatOptions() {
    List<String> options = new ArrayList<>();
    users.forEach(
        (name, password) ->
            options.addAll(
                List.of(
                    "--add-scram",
                    "%s=[name=%s,password=%s]".formatted(MECHANISM, name, password))));
    return options;
  }

  /** A client's properties beside the broker's address. */
  Map<String, Object> client(String user) {
    return Map.of(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        "SASL_SSL",
        SaslConfigs.SASL_MECHANISM,
        MECHANISM,
        SaslConfigs.SASL_JAAS_CONFIG,
        login(user),
        SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
        "PKCS12",
        SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
        keystore.toString(),
        SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
        storePassword);
  }

  private String login(String user) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required"
        + " username=\"%s\" password=\"%s\";".formatted(user, users.get(user));
  }
}
