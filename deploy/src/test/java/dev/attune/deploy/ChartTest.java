package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {
  /** Writes what is rendered instead of comparing it: {@code -Dattune.goldens=write}. */
  private static final boolean WRITE = "write".equals(System.getProperty("attune.goldens"));

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "trial"})
  void lintFindsNothing(String example, @TempDir Path copy) throws IOException {
    LintResult result = Chart.lint(Chart.values(example), copy.resolve("attune"));

    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "trial"})
  void rendersTheGolden(String example) throws IOException {
    String rendered = Chart.render(Chart.values(example), Map.of());

    Path golden = Path.of("src/test/resources/golden", example + ".yaml");
    if (WRITE) {
      Files.writeString(golden, rendered);
    }

    assertThat(rendered).isEqualTo(Files.readString(golden));
  }

  @Test
  void refusesToRenderWithoutWhatHasNoDefault(@TempDir Path empty) throws IOException {
    Path nothing = Files.writeString(empty.resolve("values.yaml"), "{}\n");

    assertThatThrownBy(() -> Chart.render(nothing, Map.of()))
        .hasMessageContaining("bootstrapServers")
        .hasMessageContaining("repository");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.bootstrapServers, kafka, bootstrapServers",
    "schemaRegistry.url, registry:8081, url",
    "topics.partitions, 0, partitions",
    "topics.epoch, 65536, epoch",
    "topics.prefix, shop/, prefix",
    "image.pullPolicy, Sometimes, pullPolicy",
    "redis.uriSecret.name, Not_A_Name, name",
    "services.gateway.replicas, -1, replicas",
    "services.gateway.kind, DaemonSet, kind",
    "services.gateway.ports.http, 80, http",
    "services.gateway.ports.management, 80, management",
    "services.gateway.repicas, 3, repicas",
    "services.bot.image, x, bot",
    "services.gateway.digest, latest, digest",
    "services.console.enabled, true, services.console needs console.users",
    "console.oidc.issuer, http://login.example.com, issuer",
    "console.oidc.consoleUrl, https://example.com/console, consoleUrl",
    "console.oidc.clientSecret.name, Not_A_Name, name",
    "console.oidc.realm, shop, realm",
    "console.history.prometheus, prometheus:9090, prometheus",
    "services.streams.state.size, lots, size",
    "services.streams.state.size, '', StatefulSet needs",
    "services.responses.podDisruptionBudget.maxUnavailable, half, maxUnavailable",
    "serviceDefaults.preStopSeconds, -1, preStopSeconds",
    "serviceDefaults.terminationGracePeriodSeconds, 5, terminationGracePeriodSeconds",
    "serviceDefaults.resources.limits.memory, 1 GB, memory",
    "models.accessModes, ReadWriteMany, accessModes",
    "monitoring.alerts.runbooks, wiki/attune, runbooks",
    "monitoring.serviceMonitor.interval, often, interval",
    "monitoring.grafana.enabled, true, grafana",
    "services.gateway.autoscaling.inFlight.enabled, true, inFlight needs autoscaling.enabled",
    "services.streams.autoscaling.lag.enabled, true, lag needs autoscaling.enabled",
    "console.oidc.clientId, attune-console, clientId needs console.oidc.issuer",
    "services.gateway.extraVolumes[0].secret.secretName, attune-keys-file, name",
    "services.gateway.extraVolumeMounts[0].name, keys-file, mountPath",
    "services.gateway.extraVolumes[0].name, tmp, extraVolumes",
    "jobs.extraVolumeMounts[0].name, labels, mountPath"
  })
  void refusesBadValues(String key, String value, String named) {
    assertThatThrownBy(() -> Chart.render(Chart.values("minimal"), Map.of(key, value)))
        .hasMessageContaining(named);
  }

  /** With such a key and without a secret the gateway does not start. */
  @Test
  void refusesAKeyOfSignedUsersWithoutTheSecretThatSigns() {
    Map<String, String> key =
        Map.of(
            "keys[0].name", "shop-app",
            "keys[0].role", "WRITE_SIGNED",
            "keys[0].sha256Secret.name", "attune-keys",
            "keys[0].sha256Secret.key", "shop-app");

    assertThatThrownBy(() -> Chart.render(Chart.values("minimal"), key))
        .hasMessageContaining("the key shop-app of role WRITE_SIGNED needs secrets.identity");

    var signed = new HashMap<String, String>(key);
    signed.put("secrets.identity.name", "attune-secrets");
    assertThat(Chart.render(Chart.values("minimal"), signed)).contains("ATTUNE_IDENTITY_SECRET");
  }

  /** Such as a file of keys that is read again, or an encoder. */
  @Test
  void volumesOfOnesOwnAreMountedBesideTheChartsOnes() {
    for (Map<String, Object> pod : pods("full")) {
      List<Object> mounts = names(container(pod), "volumeMounts");
      assertThat(mounts).isEqualTo(mounts.stream().distinct().toList()).contains("tmp");
      assertThat(names(pod, "volumes"))
          .containsExactlyInAnyOrderElementsOf(
              // of a StatefulSet's claims
              mounts.stream().filter(name -> !"state".equals(name)).toList());
      boolean isGateway = "gateway".equals(container(pod).get("name"));
      assertThat(mounts.contains("keys-file")).isEqualTo(isGateway);
    }
  }

  private static List<Object> names(Map<String, Object> object, String list) {
    return Monitoring.list(object, list).stream().map(each -> each.get("name")).toList();
  }

  /** Or who signed in at one replica would be asked again by the next. */
  @Test
  void refusesReplicasOfTheConsoleThatShareNoKey() {
    assertThat(Chart.render(Chart.values("full"), Map.of("services.console.replicas", "2")))
        .contains("ATTUNE_CONSOLE_SESSION_KEY");

    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("full"),
                    Map.of("services.console.replicas", "2", "secrets.consoleSession.name", "")))
        .hasMessageContaining("needs secrets.consoleSession");
  }

  /** With people whom a provider names there need be none in the values. */
  @Test
  void theConsoleNeedsSomebodyWhoMaySignIn() {
    var provider = Map.of("console.users", "null");
    assertThat(Chart.render(Chart.values("full"), provider))
        .contains("ATTUNE_CONSOLE_OIDC_ISSUER")
        .doesNotContain("ATTUNE_CONSOLE_USERS_0_NAME");

    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("full"),
                    Map.of("console.users", "null", "console.oidc.issuer", "")))
        .hasMessageContaining("services.console needs console.users or console.oidc");
    for (String needed : List.of("clientId", "consoleUrl")) {
      assertThatThrownBy(
              () -> Chart.render(Chart.values("full"), Map.of("console.oidc." + needed, "")))
          .hasMessageContaining("console.oidc." + needed + " is needed");
    }
    assertThatThrownBy(
            () ->
                Chart.render(
                    Chart.values("full"),
                    Map.of("console.oidc.editorRoles", "null", "console.oidc.viewerRoles", "null")))
        .hasMessageContaining("console.oidc needs editorRoles or viewerRoles");
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void containersHaveNoRightsTheyDoNotNeed(String example) {
    List<Map<String, Object>> pods = pods(example);

    assertThat(pods).hasSize(example.equals("full") ? 5 : 4);
    for (Map<String, Object> pod : pods) {
      RestrictedProfile.assertKept(pod);
      assertThat(pod).containsEntry("automountServiceAccountToken", false);
      assertThat(at(container(pod), "securityContext"))
          .containsEntry("readOnlyRootFilesystem", true);
      assertThat(at(container(pod), "resources")).containsKeys("requests", "limits");
      assertThat(container(pod)).containsKeys("startupProbe", "livenessProbe", "readinessProbe");
    }
  }

  @Test
  void secretsAreReferencesOnly() {
    List<String> secrets = new ArrayList<>();
    for (Map<String, Object> pod : pods("full")) {
      for (Object entry : (List<?>) container(pod).getOrDefault("env", List.of())) {
        Map<String, Object> variable = Chart.map(entry);
        String name = String.valueOf(variable.get("name"));
        if (name.matches(".*(SECRET|SHA256|HASH|PASSWORD|TOKEN|JAAS.*|_KEY|REDIS_URI)")) {
          assertThat(variable).as(name).containsKey("valueFrom").doesNotContainKey("value");
          secrets.add(name);
        }
      }
    }
    assertThat(secrets)
        .contains(
            "ATTUNE_CONSOLE_OIDC_CLIENT_SECRET",
            "ATTUNE_CONSOLE_SECRET",
            "ATTUNE_CONSOLE_SESSION_KEY",
            "ATTUNE_CONSOLE_USERS_0_PASSWORDHASH",
            "ATTUNE_ERASURE_SECRET",
            "ATTUNE_IDENTITY_SECRET",
            "ATTUNE_INFERENCE_SECRET",
            "ATTUNE_KAFKA_PASSWORD",
            "ATTUNE_KEYS_0_SHA256",
            "ATTUNE_REDIS_PASSWORD",
            "ATTUNE_REDIS_URI",
            "ATTUNE_SCHEMA_REGISTRY_PASSWORD");
    assertThat(Chart.objects(Chart.render(Chart.values("full"), Map.of())))
        .extracting(object -> object.get("kind"))
        .doesNotContain("Secret");
  }

  @Test
  void everyServiceFindsItsPods() {
    List<Map<String, Object>> objects = Chart.objects(Chart.render(Chart.values("full"), Map.of()));
    List<Map<String, Object>> labels =
        workloads(objects)
            .map(workload -> at(workload, "spec", "template", "metadata", "labels"))
            .toList();

    List<Map<String, Object>> selectors =
        services(objects).map(service -> at(service, "spec", "selector")).toList();

    // one for its clients, one for operators
    assertThat(selectors).hasSize(10);
    for (Map<String, Object> selector : selectors) {
      assertThat(labels)
          .filteredOn(found -> found.entrySet().containsAll(selector.entrySet()))
          .hasSize(1);
    }
  }

  /** A variable that no service reads is a setting that is silently lost. */
  @Test
  void everyVariableIsReadByAServiceAndTheSharedOnesByAll() {
    List<Map<String, Object>> objects = Chart.objects(Chart.render(Chart.values("full"), Map.of()));
    List<String> shared =
        List.of(
            "ATTUNE_TOPIC_PREFIX",
            "ATTUNE_TOPIC_PARTITIONS",
            "ATTUNE_TOPIC_REPLICATION",
            "ATTUNE_KAFKA_BOOTSTRAP_SERVERS",
            "ATTUNE_SCHEMA_REGISTRY_URL",
            "ATTUNE_TRACING_ENABLED");
    List<String> settings =
        Stream.of("ingest-gateway", "feature-streams", "inference-service", "response-api")
            .map(ChartTest::settings)
            .toList();
    Map<String, Object> config =
        objects.stream()
            .filter(object -> "ConfigMap".equals(object.get("kind")))
            .map(object -> at(object, "data"))
            .findFirst()
            .orElseThrow();

    assertThat(config.keySet())
        .filteredOn(name -> name.startsWith("ATTUNE_") && !name.startsWith("ATTUNE_KEYS_"))
        .allMatch(name -> settings.stream().anyMatch(file -> file.contains("${" + name + ":")));
    assertThat(shared)
        .allMatch(name -> settings.stream().allMatch(file -> file.contains("${" + name + ":")));
  }

  @Test
  void theConsoleReadsWhatItIsTold() {
    String settings = settings("console");
    List<String> variables =
        pods("full").stream()
            .map(ChartTest::container)
            .filter(container -> "console".equals(container.get("name")))
            .flatMap(container -> ((List<?>) container.getOrDefault("env", List.of())).stream())
            .map(entry -> String.valueOf(Chart.map(entry).get("name")))
            .toList();

    assertThat(variables)
        .contains(
            "ATTUNE_CONSOLE_SECRET",
            "ATTUNE_CONSOLE_OIDC_CLIENT_SECRET",
            "ATTUNE_CONSOLE_USERS_1_PASSWORDHASH")
        .contains("ATTUNE_CONSOLE_HISTORY_FILE", "ATTUNE_CONSOLE_HISTORY_PROMETHEUS")
        .doesNotContain("ATTUNE_REDIS_URI", "ATTUNE_KEYS_0_SHA256");
    assertThat(variables)
        .filteredOn(name -> !name.startsWith("ATTUNE_CONSOLE_USERS_"))
        .filteredOn(name -> name.startsWith("ATTUNE_"))
        .allMatch(name -> settings.contains("${" + name + ":"));
  }

  @Test
  void whoUsesRedisReadsAllThatHeIsTold() {
    for (Object pod : pods("full")) {
      Map<String, Object> container = container(Chart.map(pod));
      String name = String.valueOf(container.get("name"));
      List<String> variables =
          ((List<?>) container.getOrDefault("env", List.of()))
              .stream()
                  .map(entry -> String.valueOf(Chart.map(entry).get("name")))
                  .filter(variable -> variable.startsWith("ATTUNE_REDIS_"))
                  .toList();

      if (List.of("inference", "responses").contains(name)) {
        assertThat(variables)
            .contains("ATTUNE_REDIS_URI", "ATTUNE_REDIS_PASSWORD", "ATTUNE_REDIS_KEYSTORE")
            .allMatch(variable -> resource("predictions", "attune-redis").contains(variable));
      } else {
        assertThat(variables).as(name).isEmpty();
      }
    }
  }

  /** With the files that the service imports. */
  private static String settings(String module) {
    String own = resource(module, "application");
    return Stream.of("kafka", "redis")
        .filter(shared -> own.contains("attune-" + shared + ".yaml"))
        .map(
            shared -> resource(shared.equals("redis") ? "predictions" : shared, "attune-" + shared))
        .reduce(own, String::concat);
  }

  private static String resource(String module, String name) {
    try {
      return Files.readString(Path.of("..", module, "src/main/resources", name + ".yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A misspelt option would keep every replica from starting. */
  @Test
  void theJvmTakesTheOptionsOfASmallInferenceService() throws Exception {
    Map<String, Object> variable =
        pods("minimal").stream()
            .flatMap(pod -> ((List<?>) container(pod).getOrDefault("env", List.of())).stream())
            .map(Chart::map)
            .filter(found -> "JDK_JAVA_OPTIONS".equals(found.get("name")))
            .reduce((one, other) -> fail("only inference-service has options by default"))
            .orElseThrow();
    String options = String.valueOf(variable.get("value"));
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(), "-version");
    java.environment().put("JDK_JAVA_OPTIONS", options);

    Process process = java.redirectErrorStream(true).start();

    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(options).contains("-Xmx128m", "-XX:+UseSerialGC");
    assertThat(said).contains("version").doesNotContain("Unrecognized", "warning");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void monitoringIsOffUnlessAskedFor() {
    assertThat(kinds("minimal")).doesNotContain("ServiceMonitor", "PrometheusRule");
    assertThat(kinds("minimal")).filteredOn("ConfigMap"::equals).hasSize(1);
    assertThat(kinds("full")).contains("ServiceMonitor", "PrometheusRule");
  }

  /** The jobs' names that rules and dashboards ask for are made of the services' labels. */
  @Test
  void theServiceMonitorFindsEveryServiceAtItsMetricsPort() {
    List<Map<String, Object>> objects = Chart.objects(Chart.render(Chart.values("full"), Map.of()));
    Map<String, Object> monitor = only(objects, "ServiceMonitor");
    Map<String, Object> selector = at(monitor, "spec", "selector", "matchLabels");
    Map<String, Object> endpoint = Monitoring.list(at(monitor, "spec"), "endpoints").getFirst();

    List<Map<String, Object>> found =
        services(objects)
            .filter(
                service ->
                    at(service, "metadata", "labels").entrySet().containsAll(selector.entrySet()))
            .filter(service -> portNames(service).contains(endpoint.get("port")))
            .toList();

    assertThat(found)
        .extracting(service -> at(service, "metadata", "labels").get("app.kubernetes.io/component"))
        .containsExactlyInAnyOrder("gateway", "inference", "responses", "streams", "console");
  }

  @Test
  void probesAndMetricsAreAtThePortThatNoLoadBalancerHas() {
    List<Map<String, Object>> objects = Chart.objects(Chart.render(Chart.values("full"), Map.of()));

    for (Map<String, Object> pod : pods("full")) {
      for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        assertThat(at(container(pod), probe, "httpGet")).containsEntry("port", "management");
      }
    }
    assertThat(services(objects).filter(service -> portNames(service).contains("management")))
        .hasSize(5)
        .allMatch(service -> portNames(service).equals(List.of("management")))
        .allMatch(service -> "ClusterIP".equals(at(service, "spec").get("type")))
        // its name gives every pod's address, so that the console mixes none up
        .allMatch(service -> "None".equals(at(service, "spec").get("clusterIP")))
        .allMatch(
            service -> Boolean.TRUE.equals(at(service, "spec").get("publishNotReadyAddresses")));
    assertThat(services(objects).map(service -> at(service, "spec").get("type")))
        .contains("LoadBalancer");
  }

  private static Stream<Map<String, Object>> services(List<Map<String, Object>> objects) {
    return objects.stream().filter(object -> "Service".equals(object.get("kind")));
  }

  private static List<Object> portNames(Map<String, Object> service) {
    return Monitoring.list(at(service, "spec"), "ports").stream()
        .map(port -> port.get("name"))
        .toList();
  }

  @Test
  void rendersTheRulesOfTheFileWithLinksToWhereTheGuideIsRead() throws IOException {
    String linked =
        Files.readString(Monitoring.RULES)
            .replace("docs/operations.md#", "https://wiki.example.com/attune/docs/operations.md#");

    Map<String, Object> rule =
        only(Chart.objects(Chart.render(Chart.values("full"), Map.of())), "PrometheusRule");

    assertThat(at(rule, "spec")).isEqualTo(Chart.objects(linked).getFirst());
  }

  @Test
  void rendersEachDashboardForGrafanasSidecar() {
    List<Map<String, Object>> maps =
        Chart.objects(Chart.render(Chart.values("full"), Map.of())).stream()
            .filter(object -> at(object, "metadata", "labels").containsKey("grafana_dashboard"))
            .toList();

    assertThat(maps).hasSameSizeAs(Monitoring.dashboards()).hasSize(2);
    for (Path dashboard : Monitoring.dashboards()) {
      String name = "attune-" + dashboard.getFileName();
      assertThat(maps)
          .filteredOn(map -> at(map, "data").containsKey(name))
          .singleElement()
          .satisfies(
              map ->
                  assertThat(Chart.objects(String.valueOf(at(map, "data").get(name))))
                      .containsExactly(Monitoring.read(dashboard)));
    }
  }

  private static List<Object> kinds(String example) {
    return Chart.objects(Chart.render(Chart.values(example), Map.of())).stream()
        .map(object -> object.get("kind"))
        .toList();
  }

  private static Map<String, Object> only(List<Map<String, Object>> objects, String kind) {
    return objects.stream()
        .filter(object -> kind.equals(object.get("kind")))
        .reduce((one, other) -> fail("more than one " + kind))
        .orElseThrow();
  }

  @Test
  void aDigestNamesTheImageInPlaceOfTheTag() {
    String digest = "sha256:" + "0f".repeat(32);
    String rendered =
        Chart.render(Chart.values("minimal"), Map.of("services.gateway.digest", digest));

    List<String> images =
        workloads(Chart.objects(rendered))
            .map(workload -> container(at(workload, "spec", "template", "spec")).get("image"))
            .map(String::valueOf)
            .toList();
    assertThat(images).filteredOn(image -> image.endsWith("ingest-gateway@" + digest)).hasSize(1);
    assertThat(images).filteredOn(image -> image.contains("@")).hasSize(1);
  }

  @Test
  void aDisabledServiceLeavesNothing() {
    String rendered =
        Chart.render(Chart.values("minimal"), Map.of("services.responses.enabled", "false"));

    assertThat(rendered).doesNotContain("attune-responses");
  }

  private static List<Map<String, Object>> pods(String example) {
    var pods = new ArrayList<Map<String, Object>>();
    workloads(Chart.objects(Chart.render(Chart.values(example), Map.of())))
        .forEach(workload -> pods.add(at(workload, "spec", "template", "spec")));
    return pods;
  }

  private static Stream<Map<String, Object>> workloads(List<Map<String, Object>> objects) {
    return objects.stream()
        .filter(object -> List.of("Deployment", "StatefulSet").contains(object.get("kind")));
  }

  private static Map<String, Object> container(Map<String, Object> pod) {
    return Chart.map(((List<?>) pod.getOrDefault("containers", List.of())).getFirst());
  }
}
