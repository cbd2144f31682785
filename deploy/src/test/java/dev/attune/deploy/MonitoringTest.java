package dev.attune.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

class MonitoringTest {
  private static final Path RULE_TESTS = Path.of("src/test/rules/attune.test.yaml");

  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

  /** What stands in quotes, but for the name of a section behind a link. */
  private static final Pattern QUOTED = Pattern.compile("(?<!\\),\\s)\"([A-Z][^\"]*)\"");

  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern GROUPS = Pattern.compile("by \\([^)]*\\)");

  @Test
  void prometheusTakesTheRules() throws Exception {
    assumePromtool();

    assertThat(Promtool.complaint("check", "rules", Monitoring.RULES.toString())).isEmpty();
  }

  @Test
  void alertsFireOnTheirTroubleAndNotOnHealth() throws Exception {
    assumePromtool();

    assertThat(Promtool.complaint("test", "rules", RULE_TESTS.toString())).isEmpty();
  }

  @Test
  void eachAlertIsMadeToFireByATest() throws IOException {
    String tests = Files.readString(RULE_TESTS);

    assertThat(Monitoring.alerts())
        .extracting(alert -> Objects.toString(alert.get("alert")))
        .hasSizeGreaterThan(20)
        .allMatch(tests::contains);
  }

  @Test
  void eachAlertTellsWhatItIsAndWhereItsRunbookStands() throws IOException {
    List<String> guide = Files.readAllLines(Path.of("../docs/operations.md"));

    for (Map<String, Object> alert : Monitoring.alerts()) {
      String name = Objects.toString(alert.get("alert"));
      String anchor = "docs/operations.md#" + name.toLowerCase(Locale.ROOT);
      assertThat(Chart.at(alert, "labels").get("severity")).as(name).isIn("critical", "warning");
      assertThat(Chart.at(alert, "annotations"))
          .as(name)
          .containsKeys("summary", "description")
          .containsEntry("runbook_url", anchor);
      assertThat(guide).as("docs/operations.md").contains("### " + name);
    }
  }

  /** Whoever is woken up looks for it by its title. */
  @Test
  void eachPanelThatARunbookNamesIsOnADashboard() {
    String runbooks = GuideSection.of("docs/operations.md", "## Alerts and what to do").text();
    List<String> titles =
        Monitoring.dashboards().stream()
            .flatMap(dashboard -> Monitoring.panels(dashboard).stream())
            .map(panel -> Objects.toString(panel.get("title")))
            .toList();

    List<String> named =
        QUOTED
            .matcher(CODE.matcher(runbooks).replaceAll(""))
            .results()
            .map(quoted -> quoted.group(1))
            .toList();

    assertThat(named).hasSizeGreaterThan(8).isSubsetOf(titles);
  }

  @ParameterizedTest
  @MethodSource("dev.attune.deploy.Monitoring#dashboards")
  void panelsHaveATitleAPlaceAndTheChosenPrometheus(Path dashboard) {
    Map<String, Object> board = Monitoring.read(dashboard);
    var ids = new HashSet<Object>();

    assertThat(board).containsKeys("uid", "title", "schemaVersion", "templating");
    for (Map<String, Object> panel : Monitoring.panels(dashboard)) {
      assertThat(panel).as("%s", panel.get("title")).containsKeys("title", "gridPos", "targets");
      assertThat(ids.add(panel.get("id"))).as("the id of %s is its own", panel).isTrue();
      for (Map<String, Object> target : Monitoring.list(panel, "targets")) {
        assertThat(Chart.at(target, "datasource"))
            .containsEntry("type", "prometheus")
            .containsEntry("uid", "${datasource}");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.attune.deploy.Monitoring#dashboards")
  void prometheusTakesEveryQueryOfADashboard(Path dashboard, @TempDir Path folder)
      throws Exception {
    assumePromtool();
    List<String> queries = Monitoring.queries(dashboard);
    var rules = queries.stream().map(query -> Map.of("record", "panel", "expr", query)).toList();
    var groups = List.of(Map.of("name", "panels", "rules", rules));
    var dump = new Dump(DumpSettings.builder().build());
    Path file =
        Files.writeString(
            folder.resolve("rules.yaml"), dump.dumpToString(Map.of("groups", groups)));

    assertThat(Promtool.complaint("check", "rules", "--lint=none", file.toString()))
        .as(queries.stream().collect(Collectors.joining("\n")))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.attune.deploy.Monitoring#dashboards")
  void legendsNameWhatAQueryGroupsBy(Path dashboard) {
    for (Map<String, Object> panel : Monitoring.panels(dashboard)) {
      for (Map<String, Object> target : Monitoring.list(panel, "targets")) {
        String groups = groups(Objects.toString(target.get("expr")));
        LEGEND
            .matcher(Objects.toString(target.get("legendFormat"), ""))
            .results()
            .forEach(label -> assertThat(groups).contains(label.group(1)));
      }
    }
  }

  private static String groups(String query) {
    return GROUPS.matcher(query).results().map(MatchResult::group).collect(Collectors.joining());
  }

  private static void assumePromtool() {
    assumeTrue(Promtool.isInstalled(), "promtool is not installed (Debian: package promtool)");
  }
}
