package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How services and jobs reach Kafka and the registry: accounts and certificates. */
class AccessTest {
  private static final Pattern PRINCIPAL = Pattern.compile("(?m)^\\| `(attune-[a-z]+)` \\|");
  /** Who has an account alone; the CronJobs share one. */
  private static final Set<String> OWNERS =
      Set.of("gateway", "streams", "inference", "responses", "topics");
  private static final String ACCESS = "ATTUNE_(KAFKA|SCHEMA_REGISTRY)_.*";

  /** Enough for a Kafka that knows passwords. */
  private static final Map<String, String> SCRAM =
      Map.of(
          "kafka.security.protocol", "SASL_SSL",
          "kafka.security.mechanism", "SCRAM-SHA-512",
          "kafka.loginSecrets.gateway.name", "attune-kafka",
          "kafka.loginSecrets.streams.name", "attune-kafka",
          "kafka.loginSecrets.inference.name", "attune-kafka",
          "kafka.loginSecrets.responses.name", "attune-kafka");

  @Test
  void eachServiceHasItsOwnKafkaAccountByReference() throws IOException {
    Map<String, Map<String, Object>> pods =
        users(
            Chart.render(
                Chart.values("full"), Map.of("kafka.loginSecrets.responses.usernameKey", "")));

    var accounts = new TreeMap<String, String>();
    Set<Object> passwords = new HashSet<>();
    Set<Object> certificates = new HashSet<>();
    pods.forEach(
        (name, pod) -> {
          accounts.put(name, String.valueOf(variable(pod, "ATTUNE_KAFKA_USERNAME").get("value")));
          Map<String, Object> password = variable(pod, "ATTUNE_KAFKA_PASSWORD");
          assertThat(password).as(name).doesNotContainKey("value");
          passwords.add(at(password, "valueFrom", "secretKeyRef"));
          certificates.add(at(volume(pod, "kafka-certificate"), "secret"));
        });

    assertThat(accounts)
        .containsEntry("gateway", "attune-gateway")
        .containsEntry("backup", "attune-jobs")
        .containsEntry("retrain", "attune-jobs")
        .containsEntry("topics", "attune-topics");
    assertThat(Set.copyOf(accounts.values())).isEqualTo(principals());
    assertThat(passwords).hasSameSizeAs(principals());
    assertThat(certificates).hasSameSizeAs(principals());
  }

  /** Those who may do something in Kafka. */
  private static Set<String> principals() throws IOException {
    Set<String> principals =
        PRINCIPAL
            .matcher(Files.readString(Path.of("../docs/security.md")))
            .results()
            .map(line -> line.group(1))
            .collect(Collectors.toSet());
    assertThat(principals).hasSize(6);
    return principals;
  }

  @Test
  void aProvidersOwnNamesOfAccountsAreTakenFromTheSecret() {
    Map<String, Object> pod = pod(Chart.render(Chart.values("full"), Map.of()), "responses");

    assertThat(at(variable(pod, "ATTUNE_KAFKA_USERNAME"), "valueFrom", "secretKeyRef"))
        .isEqualTo(Map.of("name", "attune-responses-kafka", "key", "username"));
    assertThat(at(variable(pod, "ATTUNE_KAFKA_PASSWORD"), "valueFrom", "secretKeyRef"))
        .isEqualTo(Map.of("name", "attune-responses-kafka", "key", "password"));
  }

  /** A variable that no setting reads would be lost without a word. */
  @Test
  void whoUsesKafkaReadsAllThatHeIsToldAndNobodyElseIsToldAnything() throws IOException {
    String settings = Files.readString(Path.of("../kafka/src/main/resources/attune-kafka.yaml"));
    List<String> all =
        List.of(
            "ATTUNE_KAFKA_KEYSTORE",
            "ATTUNE_KAFKA_PASSWORD",
            "ATTUNE_KAFKA_SASL_MECHANISM",
            "ATTUNE_KAFKA_SECURITY_PROTOCOL",
            "ATTUNE_KAFKA_TRUSTSTORE",
            "ATTUNE_KAFKA_USERNAME",
            "ATTUNE_SCHEMA_REGISTRY_KEYSTORE",
            "ATTUNE_SCHEMA_REGISTRY_PASSWORD",
            "ATTUNE_SCHEMA_REGISTRY_TRUSTSTORE",
            "ATTUNE_SCHEMA_REGISTRY_USERNAME");
    assertThat(all).allMatch(variable -> settings.contains("${" + variable + ":"));

    String rendered = Chart.render(Chart.values("full"), Map.of());

    users(rendered)
        .forEach(
            (name, pod) ->
                assertThat(access(pod)).as(name).containsExactlyInAnyOrderElementsOf(all));
    assertThat(access(pod(rendered, "console"))).isEmpty();
    pods(Chart.render(Chart.values("minimal"), Map.of()))
        .forEach((name, pod) -> assertThat(access(pod)).as(name).isEmpty());
  }

  /** And a file that is not there would keep the service from starting. */
  @Test
  void everyFileThatIsNamedIsMounted() {
    users(Chart.render(Chart.values("full"), Map.of()))
        .forEach(
            (name, pod) -> {
              assertThat(files(pod))
                  .as(name)
                  .containsOnlyKeys(
                      "/kafka-tls/ca.crt",
                      "/kafka-certificate/tls.pem",
                      "/registry-tls/ca.crt",
                      "/registry-tls/tls.pem")
                  .containsEntry("/kafka-tls/ca.crt", "attune-kafka-tls")
                  .containsEntry("/registry-tls/tls.pem", "attune-registry-tls");
              // a pod sees no key but its own
              List<Map<String, Object>> items =
                  Monitoring.list(at(volume(pod, "kafka-certificate"), "secret"), "items");
              assertThat(items).singleElement().satisfies(item -> isOwn(item, name));
            });
  }

  private static void isOwn(Map<String, Object> item, String name) {
    String owner = OWNERS.contains(name) ? name : "jobs";
    assertThat(item).containsEntry("path", "tls.pem");
    assertThat(item.get("key")).isIn(owner + ".pem", "tls.pem");
  }

  /** The secret in which each file is that a variable names. */
  private static Map<String, String> files(Map<String, Object> pod) {
    var files = new TreeMap<String, String>();
    variables(pod)
        .forEach(
            (variable, value) -> {
              String path = String.valueOf(value.get("value"));
              if (variable.matches(ACCESS + "STORE")) {
                Map<String, Object> mount = mount(pod, path.substring(0, path.lastIndexOf('/')));
                assertThat(mount).containsEntry("readOnly", true);
                Map<String, Object> secret =
                    at(volume(pod, String.valueOf(mount.get("name"))), "secret");
                files.put(path, String.valueOf(secret.get("secretName")));
              }
            });
    return files;
  }

  /** As clusters that know clients by their certificates alone ask for it. */
  @Test
  void certificatesDoWithoutPasswords() {
    Map<String, Object> gateway =
        pod(
            Chart.render(
                Chart.values("minimal"),
                Map.of(
                    "kafka.security.protocol", "SSL",
                    "kafka.tls.certificateSecrets.gateway.name", "gateway",
                    "kafka.tls.certificateSecrets.gateway.key", "tls-combined.pem")),
            "gateway");

    assertThat(access(gateway))
        .containsExactlyInAnyOrder("ATTUNE_KAFKA_SECURITY_PROTOCOL", "ATTUNE_KAFKA_KEYSTORE");
    assertThat(at(volume(gateway, "kafka-certificate"), "secret"))
        .isEqualTo(
            Map.of(
                "secretName",
                "gateway",
                "items",
                List.of(Map.of("key", "tls-combined.pem", "path", "tls.pem"))));
  }

  /** OAUTHBEARER and GSSAPI have lines of their own, by {@code envFrom}. */
  @Test
  void otherMechanismsNeedNoPassword() {
    Map<String, Object> gateway =
        pod(
            Chart.render(
                Chart.values("minimal"),
                Map.of(
                    "kafka.security.protocol", "SASL_SSL",
                    "kafka.security.mechanism", "OAUTHBEARER")),
            "gateway");

    assertThat(access(gateway))
        .containsExactlyInAnyOrder("ATTUNE_KAFKA_SECURITY_PROTOCOL", "ATTUNE_KAFKA_SASL_MECHANISM");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.security.protocol, TLS, protocol",
    "kafka.security.protocol, SSL, mechanism",
    "kafka.security.mechanism, '', mechanism",
    "kafka.security.mechanism, OAUTHBEARER, belongs to kafka.security.mechanism PLAIN or SCRAM",
    "kafka.security.user, admin, user",
    "kafka.loginSecrets.gateway.name, '', kafka.loginSecrets.gateway is needed",
    "kafka.loginSecrets.console.name, attune-kafka, console",
    "kafka.loginSecrets.gateway.name, Not_A_Name, name",
    "kafka.tls.certificateSecrets.gateway.key, '', key",
    "schemaRegistry.credentialsSecret.usernameKey, '', usernameKey",
    "schemaRegistry.tls.secretName, attune-registry-tls, belongs to an https:// URL"
  })
  void refusesBadValues(String key, String value, String named) {
    var changed = new HashMap<>(SCRAM);
    assertThat(Chart.render(Chart.values("minimal"), changed)).contains("SCRAM-SHA-512");
    changed.put(key, value);

    assertThatThrownBy(() -> Chart.render(Chart.values("minimal"), changed))
        .hasMessageContaining(named);
  }

  @Test
  void refusesTlsThatNobodyWouldUseAndJobsWithoutAnAccount() {
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("minimal"), Map.of("kafka.tls.secretName", "attune-kafka-tls")))
        .hasMessageContaining("kafka.tls belongs to kafka.security.protocol");
    assertThatThrownBy(
            () -> Chart.render(Chart.values("full"), Map.of("schemaRegistry.tls.secretName", "")))
        .hasMessageContaining("clientCertificate needs schemaRegistry.tls.secretName");
    assertThatThrownBy(
            () -> Chart.render(Chart.values("full"), Map.of("kafka.loginSecrets.jobs.name", "")))
        .hasMessageContaining("kafka.loginSecrets.jobs is needed");
    for (var wrong :
        Map.of(
                "kafka.security.protocol", "SSL",
                "schemaRegistry.credentialsSecret.name", "attune-registry")
            .entrySet()) {
      assertThatThrownBy(
              () -> Chart.render(Chart.values("trial"), Map.of(wrong.getKey(), wrong.getValue())))
          .hasMessageContaining("the one for trials");
    }
  }

  /** Pods that use Kafka, services' and jobs'. */
  private static Map<String, Map<String, Object>> users(String rendered) {
    Map<String, Map<String, Object>> users = pods(rendered);
    assertThat(users.remove("console")).isNotNull();
    assertThat(users).hasSize(9);
    return users;
  }

  /** By the component's name. */
  private static Map<String, Map<String, Object>> pods(String rendered) {
    var pods = new LinkedHashMap<String, Map<String, Object>>();
    for (Map<String, Object> object : Chart.objects(rendered)) {
      Map<String, Object> service = at(object, "spec", "template", "spec");
      Map<String, Object> pod =
          service.isEmpty()
              ? at(object, "spec", "jobTemplate", "spec", "template", "spec")
              : service;
      if (!pod.isEmpty()) {
        pods.put(
            String.valueOf(at(object, "metadata", "labels").get("app.kubernetes.io/component")),
            pod);
      }
    }
    return pods;
  }

  private static Map<String, Map<String, Object>> variables(Map<String, Object> pod) {
    return Monitoring.list(Monitoring.list(pod, "containers").getFirst(), "env").stream()
        .collect(
            Collectors.toMap(
                variable -> String.valueOf(variable.get("name")), Function.identity()));
  }

  private static Map<String, Object> variable(Map<String, Object> pod, String name) {
    return Objects.requireNonNull(variables(pod).get(name), name);
  }

  private static Map<String, Object> pod(String rendered, String name) {
    return Objects.requireNonNull(pods(rendered).get(name), name);
  }

  private static List<String> access(Map<String, Object> pod) {
    return variables(pod).keySet().stream().filter(name -> name.matches(ACCESS)).toList();
  }

  private static Map<String, Object> volume(Map<String, Object> pod, String name) {
    return Monitoring.list(pod, "volumes").stream()
        .filter(volume -> name.equals(volume.get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> mount(Map<String, Object> pod, String path) {
    return Monitoring.list(Monitoring.list(pod, "containers").getFirst(), "volumeMounts").stream()
        .filter(mount -> path.equals(mount.get("mountPath")))
        .findFirst()
        .orElseThrow();
  }
}
