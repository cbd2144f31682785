package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A small Kafka, registry and Valkey, for trials. */
class TrialTest {
  private static final List<String> SERVERS = List.of("kafka", "redis", "registry");

  private final String rendered = Chart.render(Chart.values("trial"), Map.of());
  private final List<Map<String, Object>> objects = Chart.objects(rendered);

  @Test
  void isOffUnlessAskedForAndThenAddressesAreNeeded() {
    assertThat(Chart.render(Chart.values("minimal"), Map.of()))
        .doesNotContain("docker.io", "attune-kafka");
    assertThatThrownBy(() -> Chart.render(Chart.values("trial"), Map.of("trial.enabled", "false")))
        .hasMessageContaining("bootstrapServers")
        .hasMessageContaining("uriSecret")
        .hasMessageContaining("egress");
  }

  /** The services ask for the names and ports that the servers have. */
  @Test
  void servicesFindTheServers() {
    for (String server : SERVERS) {
      Map<String, Object> service = one("Service", server);
      Map<String, Object> port = Monitoring.list(at(service, "spec"), "ports").getFirst();
      Map<String, Object> container = container(server);
      assertThat(rendered).contains("shop-attune-%s:%s".formatted(server, port.get("port")));
      assertThat(Monitoring.list(container, "ports"))
          .containsExactly(Map.of("name", server, "containerPort", port.get("port")));
      assertThat(port).containsEntry("targetPort", server);
    }
    assertThat(rendered)
        .contains("ATTUNE_KAFKA_BOOTSTRAP_SERVERS: \"shop-attune-kafka:9092\"")
        .contains(
            "ATTUNE_SCHEMA_REGISTRY_URL: \"http://shop-attune-registry:8080/apis/ccompat/v7\"")
        .contains("value: \"redis://shop-attune-redis:6379\"")
        .contains("ATTUNE_TOPIC_REPLICATION: \"1\"");
  }

  @Test
  void aServerThatIsYoursIsNotMade() {
    String own = Chart.render(Chart.values("minimal"), Map.of("trial.enabled", "true"));
    assertThat(own).doesNotContain("docker.io").contains("ATTUNE_TOPIC_REPLICATION: \"3\"");

    String mixed =
        Chart.render(Chart.values("trial"), Map.of("kafka.bootstrapServers", "mine:9092"));
    assertThat(mixed)
        .contains("APICURIO_KAFKASQL_BOOTSTRAP_SERVERS\n              value: \"mine:9092\"")
        .doesNotContain("image: \"docker.io/apache/kafka");
  }

  @Test
  void runAsKubernetesRestrictedProfileAsksAndAreReachedByTheReleaseAlone() {
    for (String server : SERVERS) {
      Map<String, Object> pod = at(one("StatefulSet", server), "spec", "template", "spec");
      RestrictedProfile.assertKept(pod);
      Map<String, Object> policy = one("NetworkPolicy", server);
      assertThat(at(policy, "spec").get("ingress"))
          .isEqualTo(
              List.of(
                  Map.of(
                      "ports",
                      List.of(Map.of("protocol", "TCP", "port", server)),
                      "from",
                      List.of(
                          Map.of(
                              "podSelector",
                              Map.of(
                                  "matchLabels",
                                  Map.of(
                                      "app.kubernetes.io/name", "attune",
                                      "app.kubernetes.io/instance", "shop")))))));
    }
  }

  /** Only Kafka has something to lose. */
  @Test
  void onlyKafkaHasAVolume() {
    Map<String, Object> claims = new TreeMap<>();
    for (String server : SERVERS) {
      Map<String, Object> spec = at(one("StatefulSet", server), "spec");
      claims.put(server, spec.containsKey("volumeClaimTemplates"));
    }

    assertThat(claims).isEqualTo(Map.of("kafka", true, "redis", false, "registry", false));
  }

  private Map<String, Object> container(String server) {
    return Monitoring.list(at(one("StatefulSet", server), "spec", "template", "spec"), "containers")
        .getFirst();
  }

  private Map<String, Object> one(String kind, String server) {
    return objects.stream()
        .filter(object -> kind.equals(object.get("kind")))
        .filter(object -> ("shop-attune-" + server).equals(at(object, "metadata").get("name")))
        .findFirst()
        .orElseThrow();
  }
}
