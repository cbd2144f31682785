package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients outside of the cluster can reach. */
class PublicTest {
  private static final List<String> PUBLIC =
      List.of("shop-attune-gateway", "shop-attune-responses", "shop-attune-console");

  @Test
  void nothingIsReachedUnlessAskedFor() {
    assertThat(Chart.render(Chart.values("minimal"), Map.of()))
        .doesNotContain("kind: Ingress\n", "kind: HTTPRoute");
  }

  /** A name that leads nowhere is found out by customers. */
  @Test
  void refusesANameWithoutARoute() {
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("minimal"), Map.of("publicHosts.gateway", "events.example.com")))
        .hasMessageContaining("publicHosts.gateway needs ingress.enabled or httpRoute.enabled");
  }

  /** A service's public port by its name, or by the number that it has; never another service. */
  @Test
  void aNameLeadsToThePublicPortOfItsServiceWithTls() {
    List<Map<String, Object>> objects = Chart.objects(Chart.render(Chart.values("full"), Map.of()));

    List<Map<String, Object>> ingresses = kind(objects, "Ingress");
    assertThat(ingresses).extracting(PublicTest::name).containsExactlyInAnyOrderElementsOf(PUBLIC);
    for (Map<String, Object> ingress : ingresses) {
      Map<String, Object> rule = Monitoring.list(at(ingress, "spec"), "rules").getFirst();
      Map<String, Object> path = Monitoring.list(at(rule, "http"), "paths").getFirst();
      assertThat(at(path, "backend"))
          .isEqualTo(
              Map.of("service", Map.of("name", name(ingress), "port", Map.of("name", "http"))));
      assertThat(Monitoring.list(at(ingress, "spec"), "tls"))
          .containsExactly(
              Map.of(
                  "hosts", List.of(String.valueOf(rule.get("host"))), "secretName", "attune-tls"));
    }
    List<Map<String, Object>> routes = kind(objects, "HTTPRoute");
    assertThat(routes).extracting(PublicTest::name).containsExactlyInAnyOrderElementsOf(PUBLIC);
    for (Map<String, Object> route : routes) {
      Map<String, Object> rule = Monitoring.list(at(route, "spec"), "rules").getFirst();
      assertThat(Monitoring.list(rule, "backendRefs"))
          .containsExactly(Map.of("name", name(route), "port", publicPort(objects, name(route))));
      assertThat(Monitoring.list(at(route, "spec"), "parentRefs"))
          .allMatch(parent -> "https".equals(parent.get("sectionName")));
    }
  }

  private static Object publicPort(List<Map<String, Object>> objects, String service) {
    return kind(objects, "Service").stream()
        .filter(object -> name(object).equals(service))
        .flatMap(object -> Monitoring.list(at(object, "spec"), "ports").stream())
        .filter(port -> "http".equals(port.get("name")))
        .findFirst()
        .orElseThrow()
        .getOrDefault("port", "none");
  }

  @Test
  void withoutASecretTheControllersOwnCertificateServes() {
    Map<String, String> asked =
        Map.of("ingress.enabled", "true", "publicHosts.gateway", "events.example.com");
    Map<String, Object> ingress =
        kind(Chart.objects(Chart.render(Chart.values("minimal"), asked)), "Ingress").getFirst();

    assertThat(at(ingress, "spec")).doesNotContainKey("ingressClassName");
    assertThat(Monitoring.list(at(ingress, "spec"), "tls"))
        .containsExactly(Map.of("hosts", List.of("events.example.com")));
  }

  @ParameterizedTest
  @CsvSource({
    "publicHosts.gateway, '', need publicHosts",
    "publicHosts.console, console.example.com, services.console is not enabled",
    "publicHosts.gateway, https://events.example.com, gateway",
    "publicHosts.streams, streams.example.com, streams",
    "httpRoute.enabled, true, httpRoute needs parentRefs",
    "httpRoute.parentRefs[0].name, public, sectionName"
  })
  void refusesBadValues(String key, String value, String named) {
    var changed = new HashMap<String, String>();
    changed.put("ingress.enabled", "true");
    changed.put("publicHosts.gateway", "events.example.com");
    changed.put(key, value);

    assertThatThrownBy(() -> Chart.render(Chart.values("minimal"), changed))
        .hasMessageContaining(named);
  }

  private static List<Map<String, Object>> kind(List<Map<String, Object>> objects, String kind) {
    return objects.stream().filter(object -> kind.equals(object.get("kind"))).toList();
  }

  private static String name(Map<String, Object> object) {
    return String.valueOf(at(object, "metadata").get("name"));
  }
}
