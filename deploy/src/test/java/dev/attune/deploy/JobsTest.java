package dev.attune.deploy;

import static dev.attune.deploy.Chart.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line's CronJobs, and the Job that makes topics. */
class JobsTest {
  private static final Pattern PATCHED = Pattern.compile("\"path\": \"([^\"]+)\"");

  private static final Map<String, String> MINIMUM =
      Map.of(
          "jobs.schedules.export.enabled", "true",
          "jobs.schedules.retrain.enabled", "true",
          "jobs.schedules.retrainOnDrift.enabled", "true",
          "secrets.jobs.name", "attune-secrets");

  @Test
  void noneRunsUnlessAskedFor() {
    assertThat(jobs(Chart.render(Chart.values("minimal"), Map.of()))).isEmpty();
  }

  @Test
  void retrainingIsMonthlyAndOnDriftAndNeverTwiceAtOnce() {
    Map<String, Map<String, Object>> jobs =
        jobs(minimal(Map.of("jobs.past.location", "s3://past/attune")));

    assertThat(jobs).containsOnlyKeys("export", "retrain", "retrain-on-drift");
    assertThat(at(named(jobs, "retrain"), "spec")).containsEntry("schedule", "23 2 1 * *");
    assertThat(at(named(jobs, "retrain-on-drift"), "spec")).containsEntry("schedule", "53 3 * * *");
    assertThat(container(named(jobs, "retrain-on-drift")))
        .containsEntry("args", List.of("retrain", "--if-drifted"))
        .containsEntry("image", "registry.example.com/attune/attune-cli:0.1.0-SNAPSHOT");
    assertThat(jobs.values())
        .allSatisfy(
            job ->
                assertThat(at(job, "spec"))
                    .containsEntry("concurrencyPolicy", "Forbid")
                    .containsEntry("timeZone", "Etc/UTC"));
  }

  @Test
  void runAsKubernetesRestrictedProfileAsks() {
    for (Map<String, Object> job : full().values()) {
      Map<String, Object> pod = pod(job);
      assertThat(pod).containsEntry("automountServiceAccountToken", false);
      RestrictedProfile.assertKept(pod);
      assertThat(at(container(job), "securityContext"))
          .containsEntry("readOnlyRootFilesystem", true);
      assertThat(at(container(job), "resources")).containsKeys("requests", "limits");
    }
  }

  /** A variable that the command line does not read is a setting that is silently lost. */
  @Test
  void theCommandLineReadsWhatItIsToldAndSecretsAreReferences() throws IOException {
    String sources = commandLine();

    Map<String, Map<String, Object>> jobs = full();
    assertThat(variables(named(jobs, "backup")))
        .containsKeys("ATTUNE_HOME", "ATTUNE_ERASURE_SECRET")
        .doesNotContainKeys("ATTUNE_SECRET_KEY", "ATTUNE_MODELS_SIGNING_KEY");
    var unused = jobs.remove("backup");
    for (Map<String, Object> job : jobs.values()) {
      Map<String, Map<String, Object>> variables = variables(job);
      assertThat(variables)
          .containsKeys("ATTUNE_HOME", "ATTUNE_RESPONSES_URL", "ATTUNE_MODELS_SIGNING_KEY");
      assertThat(variables.keySet())
          .filteredOn(name -> name.startsWith("ATTUNE_"))
          // the latter by KafkaEnvironment
          .allMatch(
              name -> sources.contains('"' + name + '"') || sources.contains("${" + name + ":"),
              "is read");
      for (String secret :
          List.of(
              "ATTUNE_SECRET_KEY",
              "ATTUNE_ERASURE_SECRET",
              "ATTUNE_KAFKA_PASSWORD",
              "ATTUNE_SCHEMA_REGISTRY_PASSWORD")) {
        assertThat(variables.get(secret)).containsKey("valueFrom").doesNotContainKey("value");
      }
    }
  }

  @Test
  void aClaimIsMountedWhereTheExportIs() {
    String rendered = minimal(Map.of("jobs.past.claim", "shop-past"));
    Map<String, Object> job = named(jobs(rendered), "export");

    assertThat(rendered).contains("ATTUNE_EXPORT: \"/past\"");
    assertThat(mounts(job)).contains("/past", "/models", "/tmp");
  }

  @Test
  void backupsGoToAVolumeOfTheirOwnAndNeedNoKey() {
    String rendered =
        Chart.render(
            Chart.values("minimal"),
            Map.of("jobs.schedules.backup.enabled", "true", "jobs.backup.claim", "attune-backup"));
    Map<String, Object> job = named(jobs(rendered), "backup");

    assertThat(container(job)).containsEntry("args", List.of("backup", "/backup"));
    assertThat(mounts(job)).containsExactly("/tmp", "/backup", "/models");
    assertThat(pod(job).toString()).contains("claimName=attune-backup");
  }

  @Test
  void filesThatTheCommandLineReadsComeFromVolumesOfOnesOwn() {
    for (Map<String, Object> job : full().values()) {
      assertThat(mounts(job)).contains("/labels");
      assertThat(pod(job).toString()).contains("secret={secretName=shop-labels}");
    }
    // of all variables of the jobs
    assertThat(topics(Chart.render(Chart.values("full"), Map.of())).toString())
        .contains("mountPath=/labels", "secret={secretName=shop-labels}");
  }

  /** As the guide has another verb run. */
  @Test
  void whatTheGuideReplacesInAJobIsThere() {
    Map<String, Object> made = at(named(full(), "retrain"), "spec", "jobTemplate");

    List<String> paths =
        PATCHED
            .matcher(GuideSection.of("deploy/README.md", "### Jobs").text())
            .results()
            .map(path -> path.group(1))
            .toList();

    assertThat(paths)
        .containsExactly("/spec/template/spec/containers/0/args", "/spec/backoffLimit");
    assertThat(at(made, "spec")).containsKey("backoffLimit");
    assertThat(onlyContainer(at(made, "spec", "template", "spec"))).containsKey("args");
  }

  @Test
  void aRegistryInABucketNeedsNoVolume() {
    String rendered =
        minimal(
            Map.of(
                "jobs.past.location", "s3://past/attune", "models.location", "s3://models/attune"));

    assertThat(rendered)
        .contains("ATTUNE_MODELS_DIR: \"s3://models/attune\"")
        .doesNotContain("mountPath: /models")
        .doesNotContain("kind: PersistentVolumeClaim");
    assertThat(mounts(named(jobs(rendered), "retrain"))).containsExactly("/tmp");
  }

  @ParameterizedTest
  @CsvSource({
    "jobs.past.location, '', where past events are kept",
    "jobs.past.location, /past, location",
    "secrets.jobs.name, '', needs secrets.jobs",
    "jobs.schedules.backup.enabled, true, needs jobs.backup.claim",
    "jobs.schedules.export.schedule, hourly, schedule",
    "jobs.schedules.weekly.enabled, true, weekly",
    "models.location, bucket, location",
    "s3Endpoint, minio:9000, s3Endpoint",
    "jobs.topics.partitions, 3, partitions"
  })
  void refusesBadValues(String key, String value, String named) {
    assertThatThrownBy(
            () -> {
              var changed = new HashMap<String, String>();
              changed.put("jobs.past.location", "s3://past/attune");
              changed.put(key, value);
              minimal(changed);
            })
        .hasMessageContaining(named);
  }

  /** A hook runs before anything of the release is there, at an upgrade beside what was there. */
  @Test
  void topicsAreMadeBeforeTheReleaseByAnAccountOfTheirOwn() {
    String rendered = Chart.render(Chart.values("full"), Map.of("serviceAccount.create", "true"));
    Map<String, Object> job = topics(rendered);

    assertThat(at(job, "metadata")).containsEntry("name", "shop-attune-topics");
    assertThat(at(job, "metadata", "annotations"))
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade")
        .containsEntry("helm.sh/hook-delete-policy", "before-hook-creation");
    assertThat(job.toString()).doesNotContain("configMap", "persistentVolumeClaim");
    Map<String, Object> pod = at(job, "spec", "template", "spec");
    assertThat(pod)
        .containsEntry("serviceAccountName", "default")
        .containsEntry("restartPolicy", "Never");
    assertThat(onlyContainer(pod))
        .containsEntry("args", List.of("topics"))
        .containsEntry("image", "registry.example.com/attune/attune-cli:1.2.3");
    assertThat(at(settings(rendered), "data")).containsEntry("ATTUNE_TOPICS_CREATE", "false");
    assertThat(rendered).contains("serviceAccountName: attune");
  }

  /** Or topics would be made that services don't ask for. */
  @Test
  void topicsAreMadeWithTheServicesOwnSettings() {
    String rendered = Chart.render(Chart.values("full"), Map.of());
    Map<String, Object> config = at(settings(rendered), "data");
    List<Map<String, Object>> variables =
        Monitoring.list(onlyContainer(at(topics(rendered), "spec", "template", "spec")), "env");

    assertThat(variables)
        .extracting(variable -> variable.get("name"))
        .contains(
            "ATTUNE_KAFKA_BOOTSTRAP_SERVERS",
            "ATTUNE_SCHEMA_REGISTRY_URL",
            "ATTUNE_TOPIC_PREFIX",
            "ATTUNE_TOPIC_PARTITIONS",
            "ATTUNE_TOPIC_REPLICATION");
    assertThat(variables)
        .filteredOn(variable -> config.containsKey(String.valueOf(variable.get("name"))))
        .hasSize(5)
        .allMatch(
            variable ->
                Objects.equals(
                    variable.get("value"), config.get(String.valueOf(variable.get("name")))));
  }

  @Test
  void whoMakesTopicsRunsAsKubernetesRestrictedProfileAsksAndReachesKafka() {
    String rendered = Chart.render(Chart.values("full"), Map.of());
    Map<String, Object> job = topics(rendered);
    Map<String, Object> pod = at(job, "spec", "template", "spec");

    assertThat(pod).containsEntry("automountServiceAccountToken", false);
    RestrictedProfile.assertKept(pod);
    assertThat(at(onlyContainer(pod), "securityContext"))
        .containsEntry("readOnlyRootFilesystem", true);
    Map<String, Object> policy = one(rendered, "NetworkPolicy", "shop-attune-topics");
    assertThat(at(policy, "metadata", "annotations"))
        .containsEntry("helm.sh/hook", "pre-install,pre-upgrade")
        .containsEntry("helm.sh/hook-weight", "-1");
    assertThat(at(job, "spec", "template", "metadata", "labels"))
        .containsAllEntriesOf(at(policy, "spec", "podSelector", "matchLabels"));
    assertThat(at(policy, "spec").toString()).contains("port=53", "port=9092");
  }

  /** A Kafka of the release itself starts with the services: a hook would wait for it for ever. */
  @ParameterizedTest
  @CsvSource({"'', ''", "kafka:9092, ''", "'', http://registry:8081"})
  void beforeAServerOfTheReleaseTopicsAreMadeBesideIt(String kafka, String registry) {
    String rendered =
        Chart.render(
            Chart.values("trial"),
            Map.of(
                "jobs.topics.enabled", "true",
                "kafka.bootstrapServers", kafka,
                "schemaRegistry.url", registry));
    Map<String, Object> job = topics(rendered);

    assertThat(at(job, "metadata"))
        .containsEntry("name", "shop-attune-topics-1")
        .doesNotContainKey("annotations");
    assertThat(at(job, "spec", "template", "spec"))
        .containsEntry("serviceAccountName", "shop-attune");
    assertThat(rendered).doesNotContain("helm.sh/hook", "name: shop-attune-topics\n");
  }

  @Test
  void withoutTheJobServicesMakeTheirTopics() {
    assertThat(Chart.render(Chart.values("minimal"), Map.of()))
        .doesNotContain("kind: Job", "ATTUNE_TOPICS_CREATE");
  }

  private static Map<String, Object> topics(String rendered) {
    return Chart.objects(rendered).stream()
        .filter(object -> "Job".equals(object.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> settings(String rendered) {
    return one(rendered, "ConfigMap", "shop-attune");
  }

  private static Map<String, Object> one(String rendered, String kind, String name) {
    return Chart.objects(rendered).stream()
        .filter(object -> kind.equals(object.get("kind")))
        .filter(object -> name.equals(at(object, "metadata").get("name")))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> onlyContainer(Map<String, Object> pod) {
    return Monitoring.list(pod, "containers").getFirst();
  }

  private static String minimal(Map<String, String> more) {
    var changed = new HashMap<>(MINIMUM);
    changed.putAll(more);
    return Chart.render(Chart.values("minimal"), changed);
  }

  private static Map<String, Map<String, Object>> full() {
    Map<String, Map<String, Object>> jobs = jobs(Chart.render(Chart.values("full"), Map.of()));
    assertThat(jobs).hasSize(4);
    return jobs;
  }

  private static Map<String, Map<String, Object>> jobs(String rendered) {
    return Chart.objects(rendered).stream()
        .filter(object -> "CronJob".equals(object.get("kind")))
        .collect(
            Collectors.toMap(
                job ->
                    String.valueOf(
                        at(job, "metadata", "labels").get("app.kubernetes.io/component")),
                Function.identity()));
  }

  private static Map<String, Object> pod(Map<String, Object> job) {
    return at(job, "spec", "jobTemplate", "spec", "template", "spec");
  }

  private static Map<String, Object> container(Map<String, Object> job) {
    return onlyContainer(pod(job));
  }

  private static Map<String, Map<String, Object>> variables(Map<String, Object> job) {
    return Monitoring.list(container(job), "env").stream()
        .collect(
            Collectors.toMap(
                variable -> String.valueOf(variable.get("name")), Function.identity()));
  }

  private static List<String> mounts(Map<String, Object> job) {
    return Monitoring.list(container(job), "volumeMounts").stream()
        .map(mount -> String.valueOf(mount.get("mountPath")))
        .toList();
  }

  private static String commandLine() throws IOException {
    var text = new StringBuilder();
    for (String module : List.of("cli", "local")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
          text.append(Files.readString(file));
        }
      }
    }
    return text + Files.readString(Path.of("../kafka/src/main/resources/attune-kafka.yaml"));
  }

  private static Map<String, Object> named(Map<String, Map<String, Object>> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }
}
