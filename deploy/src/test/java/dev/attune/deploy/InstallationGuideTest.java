package dev.attune.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section "From nothing" of the operations guide: its values render, its lines fit them. */
class InstallationGuideTest {
  private static final Pattern SECRET =
      Pattern.compile("(?m)^kubectl create secret generic (\\S+) (.*)$");
  private static final Pattern ENTRY = Pattern.compile("--from-(?:literal|file)=([^=]+)=");

  private static final Pattern PLAYBOOK = Pattern.compile("ATTUNE_PLAYBOOK=\\$PWD/(\\S+)");

  private static final String PRINTING = "KAFKA=kafka:9093\nkafka-acls.sh() { echo \"$*\"; }\n";

  private final GuideSection section = GuideSection.of("docs/operations.md", "## From nothing");

  @Test
  void itsValuesRenderAndEachObjectKeepsToTheSchemaOfItsKind(@TempDir Path folder)
      throws Exception {
    List<Map<String, Object>> objects = Chart.objects(rendered(folder));

    KubernetesSchemaTest.validateAll(objects);
    assertThat(objects)
        .extracting(object -> object.get("kind"))
        .contains("Ingress", "NetworkPolicy", "PrometheusRule", "CronJob", "StatefulSet");
    assertThat(Chart.lint(values(folder), folder.resolve("attune")).isFailed()).isFalse();
  }

  @Test
  void itsLinesMakeEverySecretThatItsValuesNameAndNoOther(@TempDir Path folder) throws IOException {
    Map<String, TreeSet<String>> named = new TreeMap<>();
    Chart.objects(rendered(folder)).forEach(object -> collect(object, named));
    assertThat(named.remove("attune-tls")).isNotNull();

    Map<String, TreeSet<String>> made = new TreeMap<>();
    for (MatchResult line : SECRET.matcher(bash().replace("\\\n", " ")).results().toList()) {
      var entries = new TreeSet<String>();
      ENTRY.matcher(line.group(2)).results().forEach(entry -> entries.add(entry.group(1)));
      made.put(line.group(1), entries);
    }

    assertThat(made.keySet()).isEqualTo(named.keySet());
    named.forEach(
        (secret, keys) ->
            assertThat(made.getOrDefault(secret, new TreeSet<>())).as(secret).containsAll(keys));
    assertThat(bash()).contains("create secret tls attune-tls ", "create configmap shop-playbook ");
  }

  /** Or inference-service would look for models where training has put none. */
  @Test
  void itsFirstModelIsOfTheFolderWhoseNameTheValuesHave() {
    String folder =
        PLAYBOOK.matcher(bash()).results().map(found -> found.group(1)).findFirst().orElseThrow();
    Map<String, Object> playbook =
        Chart.at(Chart.objects(section.all("yaml")).getFirst(), "playbook");

    assertThat(Path.of(folder).getFileName()).hasToString(String.valueOf(playbook.get("name")));
    assertThat(bash())
        .contains(
            "create configmap %s --from-file=%s\n".formatted(playbook.get("configMap"), folder));
  }

  /** A secret's name, and the keys that are asked for by name. */
  private static void collect(Object yaml, Map<String, TreeSet<String>> named) {
    if (yaml instanceof List<?> list) {
      list.forEach(part -> collect(part, named));
    } else if (yaml instanceof Map<?, ?>) {
      Map<String, Object> map = Chart.map(yaml);
      for (String reference : List.of("secretKeyRef", "secretRef")) {
        Map<String, Object> secret = Chart.at(map, reference);
        if (!secret.isEmpty()) {
          var keys =
              named.computeIfAbsent(String.valueOf(secret.get("name")), _ -> new TreeSet<>());
          if (secret.containsKey("key")) {
            keys.add(String.valueOf(secret.get("key")));
          }
        }
      }
      if (map.get("secretName") instanceof String name) {
        var unused = named.computeIfAbsent(name, _ -> new TreeSet<>());
      }
      map.values().forEach(part -> collect(part, named));
    }
  }

  /** With a tool that prints what it is told in place of Kafka's. */
  @Test
  void itsLoopGrantsEachLineOfTheTables() throws Exception {
    String loop =
        section.blocks("bash").stream()
            .filter(block -> block.contains("kafka-acls.sh"))
            .findFirst()
            .orElseThrow();
    var bash =
        new ProcessBuilder("bash", "-euc", PRINTING + loop)
            .directory(Path.of("..").toFile())
            .redirectErrorStream(true)
            .start();

    List<String> printed =
        new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(bash.waitFor()).isZero();
    String add =
        "--bootstrap-server kafka:9093 --command-config admin.properties --add --allow-principal ";
    var expected = new ArrayList<String>();
    for (String line : Files.readAllLines(Path.of("../docs/security.md"))) {
      if (line.startsWith("| `attune-")) {
        String[] cells = line.replace("`", "").split(" *\\| *");
        boolean prefix = cells[3].endsWith("*");
        expected.add(
            add
                + "User:%s --%s %s --resource-pattern-type %s --operation %s"
                    .formatted(
                        cells[1],
                        cells[2].replace(' ', '-'),
                        prefix ? cells[3].substring(0, cells[3].length() - 1) : cells[3],
                        prefix ? "prefixed" : "literal",
                        cells[4].replace(", ", " --operation ")));
      }
    }
    assertThat(expected).hasSizeGreaterThan(40);
    assertThat(printed).isEqualTo(expected);
  }

  private String bash() {
    return section.all("bash");
  }

  private Path values(Path folder) {
    return GuideSection.file(folder, "my-values.yaml", section.all("yaml"));
  }

  private String rendered(Path folder) {
    return Chart.render(values(folder), Map.of());
  }
}
