package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who may speak with whom, and who grows with what waits. */
class NetworkPolicyTest {
  private final List<Map<String, Object>> objects =
      Chart.objects(Chart.render(Chart.values("full"), Map.of()));

  @Test
  void isOffUnlessAskedFor() {
    assertThat(Chart.render(Chart.values("minimal"), Map.of()))
        .doesNotContain("NetworkPolicy", "ScaledObject");
  }

  @Test
  void everyPodIsRefusedEverythingFirst() {
    Map<String, Object> deny = named(policies(), "shop-attune-default-deny");

    assertThat(at(deny, "spec")).containsOnlyKeys("podSelector", "policyTypes");
    assertThat(at(deny, "spec").get("policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
    for (Map<String, Object> object : objects) {
      Map<String, Object> pod = at(object, "spec", "template", "metadata", "labels");
      Map<String, Object> job =
          at(object, "spec", "jobTemplate", "spec", "template", "metadata", "labels");
      Map<String, Object> labels = pod.isEmpty() ? job : pod;
      if (!labels.isEmpty()) {
        assertThat(labels).containsAllEntriesOf(at(deny, "spec", "podSelector", "matchLabels"));
      }
    }
  }

  /** A named port that no container has would refuse all. */
  @Test
  void namesPortsThatContainersHave() {
    for (String service : List.of("gateway", "responses", "inference", "streams", "console")) {
      Map<String, Object> policy = named(policies(), "shop-attune-" + service);
      List<Object> ports =
          Monitoring.list(at(policy, "spec"), "ingress").stream()
              .flatMap(rule -> Monitoring.list(rule, "ports").stream())
              .map(port -> port.get("port"))
              .distinct()
              .toList();

      assertThat(ports).contains("management").isSubsetOf(portsOf(service));
    }
  }

  @Test
  void scoringIsForStreamsAlone() {
    List<Map<String, Object>> rules =
        Monitoring.list(at(named(policies(), "shop-attune-inference"), "spec"), "ingress");

    assertThat(rules)
        .filteredOn(rule -> rule.toString().contains("port=grpc"))
        .singleElement()
        .asString()
        .contains("values=[streams]")
        .doesNotContain("ingress");
  }

  @Test
  void refusesPoliciesThatLetNobodyReachKafka() {
    assertThatThrownBy(
            () -> Chart.render(Chart.values("minimal"), Map.of("networkPolicy.enabled", "true")))
        .hasMessageContaining("egress");
  }

  @Test
  void streamsGrowWithWhatWaitsUpToThePartitions() {
    Map<String, Object> scaled =
        objects.stream()
            .filter(object -> "ScaledObject".equals(object.get("kind")))
            .findFirst()
            .orElseThrow();

    assertThat(at(scaled, "spec")).containsEntry("maxReplicaCount", 48);
    assertThat(at(Monitoring.list(at(scaled, "spec"), "triggers").getFirst(), "metadata"))
        .containsEntry("consumerGroup", "attune-feature-streams")
        .containsEntry("topic", "shop.interaction-events")
        .containsEntry("lagThreshold", "5000");
    assertThat(objects)
        .filteredOn(object -> "StatefulSet".equals(object.get("kind")))
        .singleElement()
        .satisfies(set -> assertThat(at(set, "spec")).doesNotContainKey("replicas"));
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("full"),
                    Map.of("services.gateway.autoscaling.lag.enabled", "true")))
        .hasMessageContaining("only feature-streams");
  }

  @Test
  void whoAnswersClientsGrowsWithTheRequestsThatAreBeingAnswered() {
    assertThat(scaledBy("shop-attune-responses"))
        .containsEntry("type", "Pods")
        .containsEntry(
            "pods",
            Map.of(
                "metric",
                Map.of("name", "attune_http_in_flight"),
                "target",
                Map.of("type", "AverageValue", "averageValue", "40")));
    assertThat(scaledBy("shop-attune-gateway")).containsEntry("type", "Resource");
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("full"),
                    Map.of("services.inference.autoscaling.inFlight.enabled", "true")))
        .hasMessageContaining("only gateway and responses");
  }

  /** The one measure of a HorizontalPodAutoscaler. */
  private Map<String, Object> scaledBy(String name) {
    Map<String, Object> scaler =
        objects.stream()
            .filter(object -> "HorizontalPodAutoscaler".equals(object.get("kind")))
            .filter(object -> name.equals(at(object, "metadata").get("name")))
            .findFirst()
            .orElseThrow();
    List<Map<String, Object>> metrics = Monitoring.list(at(scaler, "spec"), "metrics");
    assertThat(metrics).hasSize(1);
    return metrics.getFirst();
  }

  private Map<String, Map<String, Object>> policies() {
    var policies = new HashMap<String, Map<String, Object>>();
    for (Map<String, Object> object : objects) {
      if ("NetworkPolicy".equals(object.get("kind"))) {
        policies.put(String.valueOf(at(object, "metadata").get("name")), object);
      }
    }
    return policies;
  }

  private List<Object> portsOf(String service) {
    return objects.stream()
        .filter(object -> List.of("Deployment", "StatefulSet").contains(object.get("kind")))
        .map(object -> at(object, "spec", "template", "spec"))
        .flatMap(pod -> Monitoring.list(pod, "containers").stream())
        .filter(container -> service.equals(container.get("name")))
        .flatMap(container -> Monitoring.list(container, "ports").stream())
        .map(port -> port.get("name"))
        .toList();
  }

  private static Map<String, Object> named(Map<String, Map<String, Object>> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }
}
