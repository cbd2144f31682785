package dev.attune.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The compose file, and what its guide says of it. */
class ComposeTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9_]*)`");

  private static final Pattern ADDRESS = Pattern.compile("\\b([a-z]+):\\d+");

  /** Kafka, the registry and Redis are others'; the owner only makes folders. */
  private static final Set<String> OURS =
      Set.of("gateway", "streams", "inference", "responses", "console", "cli");

  private final String text = Files.readString(Path.of("compose.yaml"));
  private final Map<String, Object> services = Chart.at(Chart.objects(text).getFirst(), "services");

  ComposeTest() throws IOException {}

  @Test
  void theGuideListsEachVariableAndNoOther() {
    String guide = GuideSection.of("deploy/README.md", "## Compose").text();

    Set<String> listed = new TreeSet<>();
    ROW.matcher(guide)
        .results()
        .flatMap(row -> NAME.matcher(row.group(1)).results())
        .forEach(name -> listed.add(name.group(1)));

    Set<String> read = new TreeSet<>();
    VARIABLE.matcher(text).results().forEach(variable -> read.add(variable.group(1)));
    assertThat(listed).isEqualTo(read);
  }

  /** The path of a playbook is one inside the container. */
  @Test
  void whoReadsThePlaybookHasTheFolderOfPlaybooks() {
    for (String service : OURS) {
      // the console asks the response API for it
      assertThat(mounts(service).stream().anyMatch(mount -> mount.endsWith(":/playbooks:ro")))
          .as(service)
          .isEqualTo(!service.equals("console"));
    }
  }

  /** Without it nobody is signed, whatever a page sends. */
  @Test
  void theIdentitySecretIsForWhoChecksSignaturesAlone() {
    for (String service : OURS) {
      boolean checks = Set.of("gateway", "responses").contains(service);
      assertThat(environment(service).containsKey("ATTUNE_IDENTITY_SECRET"))
          .as(service)
          .isEqualTo(checks);
    }
  }

  @Test
  void backupsGoToAVolumeThatTheCommandLineMayWrite() {
    assertThat(mounts("cli")).anyMatch(mount -> mount.endsWith(":/backup"));
    assertThat(mounts("owner")).anyMatch(mount -> mount.endsWith(":/backup"));
    assertThat(String.valueOf(service("owner").get("entrypoint"))).contains("/backup");
  }

  /** On the ports that the chart's Services of the same names have: each service's own. */
  @Test
  void eachAddressIsAServiceAndAPortOfIts() {
    Set<String> has = new TreeSet<>(Set.of("kafka:9092", "registry:8080", "redis:6379"));
    for (Map<String, Object> object :
        Chart.objects(Chart.render(Chart.values("full"), Map.of())).stream()
            .filter(object -> "Service".equals(object.get("kind")))
            .toList()) {
      String name = String.valueOf(Chart.at(object, "metadata").get("name"));
      String service = name.replaceAll("^shop-attune-|-management$", "");
      for (Object port : (List<?>) Objects.requireNonNull(Chart.at(object, "spec").get("ports"))) {
        has.add(service + ":" + Chart.map(port).get("port"));
      }
    }

    for (String service : OURS) {
      environment(service)
          .forEach(
              (variable, value) ->
                  ADDRESS
                      .matcher(String.valueOf(value))
                      .results()
                      .filter(address -> services.containsKey(address.group(1)))
                      .forEach(address -> assertThat(has).as(variable).contains(address.group())));
      for (String port : list(service, "ports")) {
        assertThat(has).contains(service + port.substring(port.lastIndexOf(':')));
      }
    }
  }

  private List<String> list(String service, String key) {
    return ((List<?>) merged(service(service)).getOrDefault(key, List.of()))
        .stream().map(Objects::toString).toList();
  }

  private Map<String, Object> service(String name) {
    return Chart.at(services, name);
  }

  private List<String> mounts(String service) {
    return list(service, "volumes");
  }

  private Map<String, Object> environment(String service) {
    return merged(Chart.at(merged(service(service)), "environment"));
  }

  /** With what its {@code <<} names, which YAML's newer versions don't know. */
  private static Map<String, Object> merged(Map<String, Object> map) {
    Map<String, Object> all = new HashMap<>(Chart.at(map, "<<"));
    all.putAll(map);
    return all;
  }
}
