package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The section "Changing features on a cluster" of feature-streams' guide: its values go over those
 * of "From nothing".
 */
class FeatureChangeGuideTest {
  private static final String APPLICATION_ID = "ATTUNE_STREAMS_APPLICATION_ID";

  private static final GuideSection INSTALLED =
      GuideSection.of("docs/operations.md", "## From nothing");
  private static final GuideSection SECTION =
      GuideSection.of("feature-streams/README.md", "## Changing features on a cluster");

  @TempDir private Path folder;

  @Test
  void theRecountIsFeatureStreamsAloneBesideTheLiveRelease() throws Exception {
    List<Map<String, Object>> objects = rendered("attune-recount", "recount.yaml");

    KubernetesSchemaTest.validateAll(objects);
    assertThat(objects)
        .extracting(object -> object.get("kind"))
        .doesNotContain(
            "Deployment",
            "Ingress",
            "CronJob",
            "PersistentVolumeClaim",
            "ServiceMonitor",
            "PrometheusRule");
    Map<String, Object> streams = only(objects, "StatefulSet", "attune-recount-streams");
    assertThat(variables(streams))
        .containsEntry(APPLICATION_ID, "attune-features-2")
        .containsEntry("ATTUNE_BACKFILL_OF", "attune-feature-streams")
        .doesNotContainKey("ATTUNE_BACKFILL_PUBLISH");
    assertThat(at(streams, "spec", "template", "spec").toString()).contains("shop-playbook-2");
  }

  /** A name that nobody has would look like an inference-service that is away. */
  @Test
  void theRecountKnowsTheLiveInferenceService() {
    List<Map<String, Object>> recount = rendered("attune-recount", "recount.yaml");
    String[] address =
        String.valueOf(
                variables(only(recount, "StatefulSet", "attune-recount-streams"))
                    .get("ATTUNE_INFERENCE_ADDRESS"))
            .split(":", 2);

    Map<String, Object> service = only(rendered("attune"), "Service", address[0]);

    assertThat(Monitoring.list(at(service, "spec"), "ports"))
        .anyMatch(port -> String.valueOf(port.get("port")).equals(address[1]));
  }

  @Test
  void theLiveOneStopsAndNothingElseChanges() {
    List<Map<String, Object>> before = rendered("attune");
    List<Map<String, Object>> objects = rendered("attune", "stopped.yaml");

    assertThat(at(only(objects, "StatefulSet", "attune-streams"), "spec"))
        .containsEntry("replicas", 0);
    assertThat(objects)
        .filteredOn(object -> !"StatefulSet".equals(object.get("kind")))
        .isEqualTo(
            before.stream().filter(object -> !"StatefulSet".equals(object.get("kind"))).toList());
  }

  /** Whoever asks for a user's features asks this release. */
  @Test
  void theReleaseGoesOnUnderTheApplicationIdOfTheRecount() {
    Map<String, Object> recount =
        only(rendered("attune-recount", "recount.yaml"), "StatefulSet", "attune-recount-streams");
    List<Map<String, Object>> objects = rendered("attune", "switched.yaml");
    Map<String, Object> streams = only(objects, "StatefulSet", "attune-streams");

    assertThat(at(streams, "spec")).containsEntry("replicas", 2);
    assertThat(variables(streams))
        .containsEntry(APPLICATION_ID, variables(recount).get(APPLICATION_ID))
        .containsEntry("ATTUNE_BACKFILL_OF", variables(recount).get("ATTUNE_BACKFILL_OF"))
        .containsEntry("ATTUNE_BACKFILL_PUBLISH", "true")
        .containsEntry("ATTUNE_STREAMS_STANDBYS", "1");
    assertThat(at(only(objects, "ConfigMap", "attune"), "data"))
        .containsEntry("ATTUNE_STREAMS_URL", "http://attune-streams:7074");
    assertThat(at(only(objects, "CronJob", "attune-backup"), "spec").toString())
        .contains("name=" + APPLICATION_ID + ", value=attune-features-2");
  }

  private List<Map<String, Object>> rendered(String release, String... more) {
    var files = new ArrayList<Path>();
    files.add(GuideSection.file(folder, "my-values.yaml", INSTALLED.all("yaml")));
    for (String name : more) {
      files.add(GuideSection.file(folder, name, SECTION.values(name)));
    }
    return Chart.objects(Chart.render(release, files, Map.of()));
  }

  private static Map<String, Object> only(
      List<Map<String, Object>> objects, String kind, String name) {
    return objects.stream()
        .filter(object -> kind.equals(object.get("kind")))
        .filter(object -> name.equals(at(object, "metadata").get("name")))
        .findFirst()
        .orElseThrow();
  }

  /** What the container is told, over what the config map says. */
  private Map<String, String> variables(Map<String, Object> workload) {
    Map<String, Object> pod = at(workload, "spec", "template", "spec");
    var variables = new HashMap<String, String>();
    for (Map<String, Object> variable :
        Monitoring.list(Monitoring.list(pod, "containers").getFirst(), "env")) {
      variables.put(
          String.valueOf(variable.get("name")), Objects.toString(variable.get("value"), ""));
    }
    return variables;
  }
}
