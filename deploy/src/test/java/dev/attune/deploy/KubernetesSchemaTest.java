package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each object keeps to Kubernetes' own schema of its kind: no field that it doesn't know, none
 * missing that it needs. A cluster would drop the former without a word. {@link AddOnKindsTest}
 * does so for kinds of add-ons.
 */
class KubernetesSchemaTest {
  private static final Set<String> ADD_ONS =
      Set.of("HTTPRoute", "PrometheusRule", "ScaledObject", "ServiceMonitor");

  private static final Gson JSON = new Gson();

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "trial"})
  void everyObjectKeepsToTheSchemaOfItsKind(String example) throws Exception {
    List<Map<String, Object>> objects =
        Chart.objects(Chart.render(Chart.values(example), Map.of()));

    validateAll(objects);
  }

  /** But those of add-ons. */
  static void validateAll(List<Map<String, Object>> objects) throws Exception {
    assertThat(objects).hasSizeGreaterThan(10);
    for (Map<String, Object> object : objects) {
      if (!ADD_ONS.contains(String.valueOf(object.get("kind")))) {
        validate(object);
      }
    }
  }

  @Test
  void aFieldThatIsUnknownMissingOrOfAnotherTypeIsFound() throws Exception {
    Map<String, Object> workload =
        Chart.objects(Chart.render(Chart.values("minimal"), Map.of())).stream()
            .filter(object -> "Deployment".equals(object.get("kind")))
            .findFirst()
            .orElseThrow();
    validate(workload);
    Map<String, Object> pod = at(workload, "spec", "template", "spec");
    Map<String, Object> container = Monitoring.list(pod, "containers").getFirst();

    container.put("imagePullPolice", "Always");
    assertThatThrownBy(() -> validate(workload)).hasMessageContaining("imagePullPolice");
    var unused = container.remove("imagePullPolice");
    Object name = container.remove("name");
    assertThatThrownBy(() -> validate(workload)).hasMessageContaining("name");
    container.put("name", name);
    pod.put("containers", "none");
    assertThatThrownBy(() -> validate(workload)).hasMessageContaining("containers");
  }

  /**
   * @throws IllegalArgumentException saying which field is wrong
   */
  private static void validate(Map<String, Object> object) throws Exception {
    String version = String.valueOf(object.get("apiVersion"));
    String model =
        version.substring(version.indexOf('/') + 1).toUpperCase(Locale.ROOT) + object.get("kind");
    try {
      var unused =
          Class.forName("io.kubernetes.client.openapi.models." + model)
              .getMethod("validateJsonElement", JsonElement.class)
              .invoke(null, JSON.toJsonTree(object));
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
