package dev.attune.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.io.ClassPathResource;

class KafkaSettingsTest {
  private static final String PEM =
      "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
  private static final LoginSettings ANN = new LoginSettings("ann", "s:c", "");

  @TempDir private Path folder;

  @Test
  void suitsTheLocalStackByDefault() {
    KafkaSettings settings = bind();

    assertThat(settings)
        .isEqualTo(
            new KafkaSettings(
                "127.0.0.1:7092",
                new SecuritySettings(
                    SecurityProtocol.PLAINTEXT,
                    "",
                    "",
                    new LoginSettings("", "", ""),
                    new TlsSettings("", "", "", "")),
                new TopicSettings("attune.", true, 4, (short) 1),
                RegistrySettings.of(
                    URI.create("http://127.0.0.1:7081/apis/ccompat/v7"), Duration.ofSeconds(3)),
                Map.of()))
        .isEqualTo(KafkaSettings.of("127.0.0.1:7092"));
    assertThat(settings.client()).isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:7092"));
  }

  @Test
  void aProducerHasOneRequestUnderWayUnlessMoreAreAskedFor() {
    String inFlight = "max.in.flight.requests.per.connection";

    assertThat(KafkaSettings.of("k:1").producer("p", Map.of())).containsEntry(inFlight, 1);
    assertThat(KafkaSettings.of("k:1").producer("p", Map.of(inFlight, 3)))
        .containsEntry(inFlight, 3);
    assertThat(KafkaSettings.of("k:1").client("c", Map.of())).doesNotContainKey(inFlight);
  }

  @Test
  void mapsEveryName() {
    KafkaSettings settings =
        bind(
            "bootstrap-servers=k:1,k:2",
            "security.protocol=SASL_SSL",
            "security.sasl-mechanism=SCRAM-SHA-512",
            "security.login.username=ann",
            "security.login.password=s:c",
            "security.tls.truststore=" + PEM,
            "security.tls.keystore=" + PEM,
            "security.tls.keystore-password=k",
            "topics.prefix=shop-",
            "topics.create=false",
            "topics.partitions=24",
            "topics.replication-factor=3",
            "registry.url=https://r.example/api",
            "registry.timeout=1s",
            "registry.login.username=ann",
            "registry.login.password=s:c",
            "registry.tls.truststore=" + PEM,
            "properties[client.dns.lookup]=use_all_dns_ips");

    assertThat(settings)
        .isEqualTo(
            new KafkaSettings(
                "k:1,k:2",
                new SecuritySettings(
                    SecurityProtocol.SASL_SSL,
                    "SCRAM-SHA-512",
                    "",
                    ANN,
                    new TlsSettings(PEM, "", PEM, "k")),
                new TopicSettings("shop-", false, 24, (short) 3),
                new RegistrySettings(
                    "https://r.example/api",
                    Duration.ofSeconds(1),
                    ANN,
                    new TlsSettings(PEM, "", "", "")),
                Map.of("client.dns.lookup", "use_all_dns_ips")));
  }

  @Test
  void everyVariableSetsSomething() throws IOException {
    String yaml = new ClassPathResource("attune-kafka.yaml").getContentAsString(UTF_8);
    var variables = new TreeSet<String>();
    Pattern.compile("\\$\\{(ATTUNE_[A-Z_]+)")
        .matcher(yaml)
        .results()
        .forEach(found -> variables.add(found.group(1)));
    Path secret = Files.writeString(folder.resolve("secret"), "from a file\n");
    Path store = Files.writeString(folder.resolve("store.p12"), "");
    Map<String, String> values = new HashMap<>();
    values.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", "k:1");
    values.put("ATTUNE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
    values.put("ATTUNE_KAFKA_SASL_MECHANISM", "PLAIN");
    values.put("ATTUNE_KAFKA_USERNAME", "streams");
    values.put("ATTUNE_KAFKA_PASSWORD_FILE", secret.toString());
    values.put("ATTUNE_KAFKA_TRUSTSTORE", store.toString());
    values.put("ATTUNE_KAFKA_TRUSTSTORE_PASSWORD", "t");
    values.put("ATTUNE_KAFKA_KEYSTORE", store.toString());
    values.put("ATTUNE_KAFKA_KEYSTORE_PASSWORD", "k");
    values.put("ATTUNE_TOPIC_PREFIX", "p.");
    values.put("ATTUNE_TOPICS_CREATE", "false");
    values.put("ATTUNE_TOPIC_PARTITIONS", "24");
    values.put("ATTUNE_TOPIC_REPLICATION", "3");
    values.put("ATTUNE_SCHEMA_REGISTRY_URL", "https://r");
    values.put("ATTUNE_SCHEMA_REGISTRY_TIMEOUT", "1s");
    values.put("ATTUNE_SCHEMA_REGISTRY_USERNAME", "ann");
    values.put("ATTUNE_SCHEMA_REGISTRY_PASSWORD", "s:c");
    values.put("ATTUNE_SCHEMA_REGISTRY_TRUSTSTORE", store.toString());
    values.put("ATTUNE_SCHEMA_REGISTRY_TRUSTSTORE_PASSWORD", "t");
    values.put("ATTUNE_SCHEMA_REGISTRY_KEYSTORE", store.toString());
    values.put("ATTUNE_SCHEMA_REGISTRY_KEYSTORE_PASSWORD", "k");

    KafkaSettings settings = KafkaEnvironment.settings(values);

    String path = store.toString();
    TlsSettings tls = new TlsSettings(path, "t", path, "k");
    LoginSettings login = new LoginSettings("streams", "", secret.toString());
    assertThat(settings)
        .isEqualTo(
            new KafkaSettings(
                "k:1",
                new SecuritySettings(SecurityProtocol.SASL_SSL, "PLAIN", "", login, tls),
                new TopicSettings("p.", false, 24, (short) 3),
                new RegistrySettings("https://r", Duration.ofSeconds(1), ANN, tls),
                Map.of()));
    // ports are the local stack's, keys have their own record; each of the others excludes one
    // above,
    // and has a test of its own
    variables.removeAll(List.of("ATTUNE_KAFKA_PORT", "ATTUNE_REGISTRY_PORT", "ATTUNE_KEYS_FILE"));
    variables.removeAll(
        List.of(
            "ATTUNE_KAFKA_JAAS_CONFIG",
            "ATTUNE_KAFKA_PASSWORD",
            "ATTUNE_SCHEMA_REGISTRY_PASSWORD_FILE"));
    assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(variables);
    assertThat(KafkaEnvironment.settings(Map.of())).isEqualTo(bind());
  }

  @Test
  void logsInByNameAndPassword() {
    var login = new LoginSettings("a\"b", "c\\d", "");

    assertThat(security(SecurityProtocol.SASL_PLAINTEXT, "PLAIN", login).properties())
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"a\\\"b\" password=\"c\\\\d\";");
    assertThat(security(SecurityProtocol.SASL_SSL, "SCRAM-SHA-512", ANN).properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"ann\" password=\"s:c\";");
  }

  @Test
  void takesAnyLoginModule() throws IOException {
    KafkaSettings settings =
        KafkaEnvironment.settings(
            Map.of(
                "ATTUNE_KAFKA_SECURITY_PROTOCOL",
                "SASL_SSL",
                "ATTUNE_KAFKA_SASL_MECHANISM",
                "OAUTHBEARER",
                "ATTUNE_KAFKA_JAAS_CONFIG",
                "a.Module required;"));

    assertThat(settings.client()).containsEntry("sasl.jaas.config", "a.Module required;");
  }

  @Test
  void aPasswordMayComeFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "first\n");
    RegistrySettings settings =
        KafkaEnvironment.settings(
                Map.of(
                    "ATTUNE_SCHEMA_REGISTRY_USERNAME",
                    "ann",
                    "ATTUNE_SCHEMA_REGISTRY_PASSWORD_FILE",
                    file.toString()))
            .registry();
    assertThat(settings.login().secret()).isEqualTo("first");

    Files.writeString(file, "second");

    assertThat(settings.authorization()).hasValue("Basic YW5uOnNlY29uZA==");
  }

  @Test
  void credentialsInTheRegistrysUrlMayHaveAnyLetter() {
    RegistrySettings settings =
        bind("registry.url=http://ann:p%40s%25%2F%3A%20w+%C3%A9@r.example/a%20b").registry();

    assertThat(settings.login()).isEqualTo(new LoginSettings("ann", "p@s%/: w+é", ""));
    assertThat(settings.url()).isEqualTo("http://r.example/a%20b");
  }

  @Test
  void storesAreTextOrFilesOfThreeKinds() throws IOException {
    String pem = Files.writeString(folder.resolve("a.pem"), PEM).toString();
    String jks = Files.writeString(folder.resolve("a.jks"), "").toString();

    assertThat(new TlsSettings(PEM, "", PEM, "k").properties())
        .isEqualTo(
            Map.of(
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                PEM,
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.key",
                PEM,
                "ssl.keystore.certificate.chain",
                PEM,
                "ssl.key.password",
                "k"));
    assertThat(new TlsSettings(pem, "", pem, "").properties())
        .isEqualTo(
            Map.of(
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                pem,
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.location",
                pem));
    assertThat(new TlsSettings(jks, "t", jks, "k").properties())
        .isEqualTo(
            Map.of(
                "ssl.truststore.type", "JKS",
                "ssl.truststore.location", jks,
                "ssl.truststore.password", "t",
                "ssl.keystore.type", "JKS",
                "ssl.keystore.location", jks,
                "ssl.keystore.password", "k",
                "ssl.key.password", "k"));
  }

  @Test
  void propertiesWinOverTheSettingsAndLoseAgainstWhatAClientNeeds() {
    KafkaSettings settings =
        bind("bootstrap-servers=k:1", "properties[bootstrap.servers]=k:2", "properties[acks]=0");

    assertThat(settings.client("attune-test", Map.of("acks", "all")))
        .isEqualTo(Map.of("bootstrap.servers", "k:2", "acks", "all", "client.id", "attune-test"));
  }

  @Test
  void tellsNoSecret() {
    KafkaSettings settings =
        bind(
            "security.protocol=SASL_SSL",
            "security.sasl-mechanism=PLAIN",
            "security.login.username=ann",
            "security.login.password=hidden",
            "registry.url=https://bob:hidden@r",
            "security.tls.keystore=" + PEM,
            "security.tls.keystore-password=hidden");

    assertThat(settings.toString()).contains("ann", "bob").doesNotContain("hidden", "BEGIN");
  }

  @ParameterizedTest
  @CsvSource({
    "'bootstrap-servers= ', bootstrap-servers must be set",
    "security.protocol=SASL_SSL, sasl-mechanism is missing: protocol SASL_SSL needs it",
    "security.sasl-mechanism=PLAIN, sasl-mechanism belongs",
    "security.login.username=ann, belong together",
    "security.login.password=s, login.username is missing: its password is given",
    "security.login.password-file=/none/there, login.username is missing: its password is given",
    "security.jaas-config=a, login or jaas-config belongs",
    "security.tls.truststore=/none/there, attune.kafka.security.tls.truststore can't be read",
    "registry.tls.truststore=/none/there, attune.kafka.registry.tls.truststore can't be read",
    "security.tls.keystore-password=s, is without its store",
    "topics.prefix=a b, topic prefix is made of",
    "topics.partitions=0, partitions must be 1 to 4096",
    "topics.partitions=4097, partitions must be 1 to 4096",
    "topics.replication-factor=0, replication-factor must be 1 to 10",
    "registry.url=file:/etc/passwd, must be an http or https URL",
    "registry.url=r.example, must be an http or https URL",
    "registry.url=http://ann@r, a user without a password",
    "registry.timeout=0s, timeout must be positive",
  })
  void refuses(String property, String why) {
    assertThatThrownBy(() -> bind(property)).rootCause().hasMessageContaining(why);
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThatThrownBy(() -> bind("security.tls.truststore=" + PEM))
        .rootCause()
        .hasMessageContaining("tls belongs to protocol SSL");
    assertThatThrownBy(() -> bind("registry.tls.truststore=" + PEM))
        .rootCause()
        .hasMessageContaining("tls belongs to an https:// URL");
    assertThatThrownBy(
            () -> bind("security.tls.truststore=" + PEM, "security.tls.truststore-password=t"))
        .rootCause()
        .hasMessageContaining("PEM certificates have none");
    assertThatThrownBy(() -> security(SecurityProtocol.SASL_SSL, "OAUTHBEARER", ANN))
        .hasMessageContaining("is for PLAIN and SCRAM");
    assertThatThrownBy(() -> security(SecurityProtocol.PLAINTEXT, "", ANN))
        .hasMessageContaining("login or jaas-config belongs");
    assertThatThrownBy(() -> login(new LoginSettings("ann", "s", "/dev/null")))
        .hasMessageContaining("one of them");
    assertThatThrownBy(() -> login(new LoginSettings("ann", "", "/none/there")))
        .hasMessageContaining("attune.kafka.security.login.password-file can't be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ATTUNE_KAFKA_SECURITY_PROTOCOL=SASL_SSL"
            + "| attune.kafka.security.sasl-mechanism (ATTUNE_KAFKA_SASL_MECHANISM) is missing:"
            + " protocol SASL_SSL needs it.",
        "ATTUNE_KAFKA_TRUSTSTORE=/none/there"
            + "| attune.kafka.security.tls.truststore (ATTUNE_KAFKA_TRUSTSTORE) can't be read:"
            + " /none/there.",
        "ATTUNE_SCHEMA_REGISTRY_PASSWORD_FILE=/none/there"
            + "| attune.kafka.registry.login.username (ATTUNE_SCHEMA_REGISTRY_USERNAME) is missing:"
            + " its password is given.",
        "ATTUNE_TOPIC_PARTITIONS=0"
            + "| attune.kafka.topics.partitions (ATTUNE_TOPIC_PARTITIONS) must be 1 to 4096.",
        "ATTUNE_TOPIC_PARTITIONS=four"
            + "| attune.kafka.topics.partitions (ATTUNE_TOPIC_PARTITIONS) can't be `four`.",
        "ATTUNE_KAFKA_SECURITY_PROTOCOL=TLS"
            + "| attune.kafka.security.protocol (ATTUNE_KAFKA_SECURITY_PROTOCOL) can't be `TLS`;"
            + " it is one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL.",
        "ATTUNE_TOPIC_PREFIX=a b| attune.kafka.topics: ",
        "ATTUNE_SCHEMA_REGISTRY_URL=http://ann:hidden@r x"
            + "| attune.kafka.registry.url (ATTUNE_SCHEMA_REGISTRY_URL) must be an http or https"
            + " URL.",
      })
  void whatIsNoServiceNamesTheSettingItsVariableAndTheReason(String variable, String sentence) {
    int equals = variable.indexOf('=');
    Map<String, String> variables =
        Map.of(variable.substring(0, equals), variable.substring(equals + 1));

    assertThatThrownBy(() -> KafkaEnvironment.settings(variables))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(sentence)
        .hasMessageNotContaining("hidden");
  }

  private static SecuritySettings login(LoginSettings login) {
    return security(SecurityProtocol.SASL_SSL, "PLAIN", login);
  }

  private static SecuritySettings security(
      SecurityProtocol protocol, String mechanism, LoginSettings login) {
    return new SecuritySettings(protocol, mechanism, "", login, TlsSettings.NONE);
  }

  private static KafkaSettings bind(String... properties) {
    Map<String, String> all = new HashMap<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      all.put("attune.kafka." + property.substring(0, equals), property.substring(equals + 1));
    }
    return new Binder(new MapConfigurationPropertySource(all))
        .bindOrCreate("attune.kafka", KafkaSettings.class);
  }
}
