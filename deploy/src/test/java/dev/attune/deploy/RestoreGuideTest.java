package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The section "Restore on a cluster" of the operations guide: its values go over those of "From
 * nothing", and its account has the rights of the table.
 */
class RestoreGuideTest {
  private static final Pattern RIGHT =
      Pattern.compile("(?m)^\\| (topic|group) \\| `([^`]+)` \\| ([A-Za-z, ]+) \\|$");
  private static final Pattern GRANTED =
      Pattern.compile("--allow-principal User:attune-restore --(topic|group) (\\S+) (.*)");
  private static final String PRINTING = "KAFKA=kafka:9093\nkafka-acls.sh() { echo \"$*\"; }\n";

  private static final GuideSection INSTALLED =
      GuideSection.of("docs/operations.md", "## From nothing");
  private static final GuideSection SECTION =
      GuideSection.of("docs/operations.md", "### Restore on a cluster");

  @TempDir private Path folder;

  /** A service would count events, and another job would fail or write, before all is there. */
  @Test
  void nothingRunsButTheRestoreByAnAccountOfItsOwn() throws Exception {
    List<Map<String, Object>> objects = rendered("restore.yaml");

    KubernetesSchemaTest.validateAll(objects);
    assertThat(objects)
        .extracting(object -> object.get("kind"))
        .contains("Job")
        .doesNotContain("Deployment", "StatefulSet", "Ingress", "HTTPRoute", "Service");
    Map<String, Object> job = backup(objects);
    assertThat(kind(objects, "CronJob")).containsExactly(job);
    assertThat(at(job, "spec")).containsEntry("schedule", "0 0 30 2 *");
    assertThat(container(job)).containsEntry("args", List.of("restore", "/backup"));
    assertThat(account(job)).containsEntry("name", "attune-restore");
    assertThat(epoch(objects)).isEqualTo("1");
  }

  /** A backup goes on in its folder only with the epoch that it began with. */
  @Test
  void afterwardsEverythingRunsWithTheEpochAndAFolderForItsBackups() {
    List<Map<String, Object>> objects = rendered("afterwards.yaml");

    assertThat(epoch(objects)).isEqualTo("1");
    assertThat(container(backup(objects)))
        .containsEntry("args", List.of("backup", "/backup/epoch-1"));
    assertThat(account(backup(objects))).isEmpty();
    assertThat(kind(objects, "CronJob")).hasSize(4);
    assertThat(workloads(objects)).hasSize(5);
  }

  @Test
  void theEndIsTheSameJobAndRestartsNoService() {
    List<Map<String, Object>> before = rendered("afterwards.yaml");
    List<Map<String, Object>> objects = rendered("afterwards.yaml", "finish.yaml");

    Map<String, Object> job = backup(objects);
    assertThat(at(job, "spec")).containsEntry("schedule", "0 0 30 2 *");
    assertThat(container(job)).containsEntry("args", List.of("restore", "--finish"));
    assertThat(account(job)).containsEntry("name", "attune-restore");
    assertThat(workloads(objects)).isEqualTo(workloads(before));
  }

  /** With a tool that prints what it is told in place of Kafka's. */
  @Test
  void theAccountGetsTheRightsOfTheTable() throws Exception {
    String grants =
        SECTION.blocks("bash").stream()
            .filter(block -> block.contains("kafka-acls.sh"))
            .findFirst()
            .orElseThrow();
    Process bash =
        new ProcessBuilder("bash", "-euc", PRINTING + grants).redirectErrorStream(true).start();
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(printed).isZero();

    Set<String> granted = new TreeSet<>();
    for (MatchResult line : GRANTED.matcher(printed).results().toList()) {
      String operations = line.group(3).replace("--operation ", "").strip();
      add(granted, line.group(1), line.group(2), operations.split(" "));
    }
    Set<String> listed = new TreeSet<>();
    RIGHT
        .matcher(GuideSection.of("docs/security.md", "## Kafka").text())
        .results()
        .forEach(line -> add(listed, line.group(1), line.group(2), line.group(3).split(", ")));

    assertThat(listed).hasSize(11);
    assertThat(granted).isEqualTo(listed);
  }

  private static void add(Set<String> rights, String type, String name, String[] operations) {
    for (String operation : operations) {
      rights.add(type + " " + name + " " + operation);
    }
  }

  private List<Map<String, Object>> rendered(String... more) {
    var files = new ArrayList<Path>();
    files.add(GuideSection.file(folder, "my-values.yaml", INSTALLED.all("yaml")));
    for (String name : more) {
      files.add(GuideSection.file(folder, name, SECTION.values(name)));
    }
    return Chart.objects(Chart.render("attune", files, Map.of()));
  }

  private static List<Map<String, Object>> kind(List<Map<String, Object>> objects, String kind) {
    return objects.stream().filter(object -> kind.equals(object.get("kind"))).toList();
  }

  private static List<Map<String, Object>> workloads(List<Map<String, Object>> objects) {
    return objects.stream()
        .filter(object -> List.of("Deployment", "StatefulSet").contains(object.get("kind")))
        .toList();
  }

  private static Map<String, Object> backup(List<Map<String, Object>> objects) {
    return kind(objects, "CronJob").stream()
        .filter(job -> "attune-backup".equals(at(job, "metadata").get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> container(Map<String, Object> job) {
    Map<String, Object> pod = at(job, "spec", "jobTemplate", "spec", "template", "spec");
    return Monitoring.list(pod, "containers").getFirst();
  }

  /** The secret with the account's name; nothing where the chart names it. */
  private static Map<String, Object> account(Map<String, Object> job) {
    return Monitoring.list(container(job), "env").stream()
        .filter(variable -> "ATTUNE_KAFKA_USERNAME".equals(variable.get("name")))
        .map(variable -> at(variable, "valueFrom", "secretKeyRef"))
        .findFirst()
        .orElseThrow();
  }

  private static Object epoch(List<Map<String, Object>> objects) {
    return kind(objects, "ConfigMap").stream()
        .map(object -> at(object, "data"))
        .filter(data -> data.containsKey("ATTUNE_EPOCH"))
        .findFirst()
        .orElseThrow()
        .getOrDefault("ATTUNE_EPOCH", "");
  }
}
