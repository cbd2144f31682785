package dev.attune.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How clients prove who they are, and how they know the broker.
 *
 * @param protocol PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
 * @param saslMechanism such as SCRAM-SHA-512; needed by the SASL protocols
 * @param jaasConfig the login module's line, where name and password don't do: OAUTHBEARER, GSSAPI
 * @param login name and password, for PLAIN and SCRAM
 */
public record SecuritySettings(
    @DefaultValue("PLAINTEXT") SecurityProtocol protocol,
    @DefaultValue("") String saslMechanism,
    @DefaultValue("") String jaasConfig,
    @DefaultValue @NestedConfigurationProperty LoginSettings login,
    @DefaultValue @NestedConfigurationProperty TlsSettings tls) {
  private static final String NAME = "attune.kafka.security";

  static final SecuritySettings NONE =
      new SecuritySettings(
          SecurityProtocol.PLAINTEXT, "", "", LoginSettings.NONE, TlsSettings.NONE);

  public SecuritySettings {
    boolean sasl = protocol.name().startsWith("SASL");
    boolean tlsProtocol = protocol.name().endsWith("SSL");
    boolean loggedIn = login.isGiven() || !jaasConfig.isEmpty();
    login.check(NAME + ".login");
    tls.check(NAME + ".tls");
    Assert.isTrue(
        !sasl || !saslMechanism.isEmpty(),
        NAME + ".sasl-mechanism is missing: protocol " + protocol + " needs it");
    Assert.isTrue(
        sasl || saslMechanism.isEmpty(),
        NAME + ".sasl-mechanism belongs to protocol SASL_SSL or SASL_PLAINTEXT");
    Assert.isTrue(
        !sasl || loggedIn,
        NAME + ".login.username is missing: protocol " + protocol + " needs it, or a jaas-config");
    Assert.isTrue(
        sasl || !loggedIn,
        NAME + ".login or jaas-config belongs to protocol SASL_SSL or SASL_PLAINTEXT");
    Assert.isTrue(
        !login.isGiven() || jaasConfig.isEmpty(),
        NAME + ".login.username and " + NAME + ".jaas-config say the same: one of them");
    Assert.isTrue(
        !login.isGiven() || saslMechanism.equals("PLAIN") || saslMechanism.startsWith("SCRAM-"),
        NAME + ".login.username is for PLAIN and SCRAM; others need " + NAME + ".jaas-config");
    Assert.isTrue(tlsProtocol || !tls.isGiven(), NAME + ".tls belongs to protocol SSL or SASL_SSL");
  }

  Map<String, Object> properties() {
    if (protocol == SecurityProtocol.PLAINTEXT) {
      return Map.of();
    }
    Map<String, Object> all = new HashMap<>(tls.properties());
    all.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol.name());
    if (!saslMechanism.isEmpty()) {
      all.put(SaslConfigs.SASL_MECHANISM, saslMechanism);
      all.put(SaslConfigs.SASL_JAAS_CONFIG, login.isGiven() ? loginModule() : jaasConfig);
    }
    return all;
  }

  private String loginModule() {
    Class<?> module =
        saslMechanism.equals("PLAIN") ? PlainLoginModule.class : ScramLoginModule.class;
    return "%s required username=\"%s\" password=\"%s\";"
        .formatted(module.getName(), quoted(login.username()), quoted(login.secret()));
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** Without the line, which holds a secret. */
  @Override
  public String toString() {
    return "SecuritySettings[" + protocol + ", " + saslMechanism + ", " + login + "]";
  }
}
