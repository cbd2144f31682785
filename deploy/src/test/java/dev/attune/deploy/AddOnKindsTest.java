package dev.attune.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The objects of kinds that add-ons bring to a cluster keep to those kinds' schemas. Their schemas
 * are published as types of TypeScript, whose compiler finds fields that are unknown, missing or of
 * another type.
 */
class AddOnKindsTest {
  private static final Path FOLDER = Path.of("target/kinds");

  /** Where the types are, by what the objects' version begins with. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "gateway.networking.k8s.io/", "@kubernetes-models/gateway-api/",
          "keda.sh/", "@kubernetes-models/keda/",
          "monitoring.coreos.com/", "@kubernetes-models/prometheus-operator/");

  @BeforeAll
  static void fetchTypes() throws Exception {
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "package-lock.json")) {
      Files.copy(
          Path.of("src/test/kinds", file),
          FOLDER.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    assumeTrue(hasNpm(), "needs Node.js with npm");
    assertThat(said("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"))
        .doesNotContain("npm error");
  }

  @Test
  void everyObjectKeepsToTheSchemaOfItsKind() throws Exception {
    List<Map<String, Object>> objects = objects();
    assertThat(objects)
        .extracting(object -> object.get("kind"))
        .contains("HTTPRoute", "ScaledObject", "ServiceMonitor", "PrometheusRule");

    assertThat(complaint(objects)).isEmpty();
  }

  @Test
  void aFieldThatIsUnknownMissingOrOfAnotherTypeIsFound() throws Exception {
    List<Map<String, Object>> objects = objects();
    Map<String, Object> rule = Chart.at(first(objects, "HTTPRoute"), "spec");
    rule.put("hostname", "shop.example.com");
    Map<String, Object> scaled = Chart.at(first(objects, "ScaledObject"), "spec");
    var unused = scaled.remove("scaleTargetRef");
    first(objects, "ServiceMonitor").put("spec", "none");

    assertThat(complaint(objects))
        .contains("\"hostname\"' does not exist in type")
        .contains("\"scaleTargetRef\"' is missing in type")
        .contains("Type 'string' is not assignable to type 'IServiceMonitorSpec'");
  }

  private static List<Map<String, Object>> objects() {
    return Chart.objects(Chart.render(Chart.values("full"), Map.of())).stream()
        .filter(object -> PACKAGES.keySet().stream().anyMatch(version(object)::startsWith))
        .toList();
  }

  private static Map<String, Object> first(List<Map<String, Object>> objects, String kind) {
    return objects.stream()
        .filter(object -> kind.equals(object.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  private static String version(Map<String, Object> object) {
    return String.valueOf(object.get("apiVersion"));
  }

  /** What the compiler says of them; empty when it finds nothing wrong. */
  private static String complaint(List<Map<String, Object>> objects) throws Exception {
    List<String> lines = new ArrayList<>();
    for (Map<String, Object> object : objects) {
      int n = lines.size();
      String folder = version(object).replaceFirst("/.*", "/");
      lines.add(
          "import type {I%2$s as Kind%1$d} from '%3$s%4$s/%2$s'; export const o%1$d: Kind%1$d = %5$s;"
              .formatted(
                  n,
                  object.get("kind"),
                  PACKAGES.get(folder),
                  version(object),
                  new Gson().toJson(object)));
    }
    Files.write(FOLDER.resolve("objects.ts"), lines);
    return said("node_modules/.bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "objects.ts");
  }

  private static boolean hasNpm() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "npm"))
        .anyMatch(Files::isExecutable);
  }

  private static String said(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var unused = process.waitFor();
    return said;
  }
}
