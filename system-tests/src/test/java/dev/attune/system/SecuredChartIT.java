package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.files.Folders;
import dev.attune.core.scoring.BundleKeys;
import dev.attune.deploy.GuideSection;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.StorageServer;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import dev.attune.modelstore.ModelStores;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.system.PlayedChart.Images;
import dev.attune.system.TraceReceiver.Received;
import dev.attune.system.pods.Conductor;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart by "From nothing" of {@code docs/operations.md}: with its values and its steps, beside
 * servers that are secured as {@code docs/security.md} says, a bucket and a receiver of traces.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class SecuredChartIT {
  private static final GuideSection GUIDE =
      GuideSection.of("docs/operations.md", "## From nothing");

  private static final String BUCKET = "shop-attune";
  private static final String MODELS = "s3://shop-attune/models";
  private static final String PLAYBOOK = "shop";
  private static final String JOBS_KEY = "key-of-the-charts-jobs";
  private static final String CONSOLE_KEY = "key-of-the-charts-console";
  private static final long SEED = 20260118;

  @TempDir private static Path folder;

  private static @Nullable SecuredServers servers;
  private static @Nullable PlayedChart chart;
  private static @Nullable StorageServer bucket;
  private static @Nullable TraceReceiver traces;

  @BeforeAll
  static void install() throws Exception {
    PlayedChart.assumeItRunsHere();
    Folders.copy(PlayedChart.PLAYBOOK, folder.resolve(PLAYBOOK));
    servers = new SecuredServers(made("certificates"), AclTable.read());
    var objects = new ArrayList<>(servers.manifests());
    objects.add(playbook());
    chart = PlayedChart.prepare(made("no-models"), objects);
    servers.open(chart.conductor());
    InetAddress machine = InetAddress.ofLiteral(Conductor.address());
    bucket = new StorageServer(made("buckets"), BUCKET, machine);
    traces = new TraceReceiver(machine);
    secrets(chart.conductor());
    chart.apply(rendered(Map.of()));
  }

  private static Path made(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  /** As {@code kubectl create configmap --from-file} makes it. */
  private static Map<String, Object> playbook() throws IOException {
    var files = new HashMap<String, Object>();
    try (Stream<Path> all = Files.list(folder.resolve(PLAYBOOK)).filter(Files::isRegularFile)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "ConfigMap",
        "metadata",
        Map.of("name", "shop-playbook"),
        "data",
        files);
  }

  /** Those of the guide's fourth step that are not the servers' own. */
  private static void secrets(Conductor conductor) {
    conductor.secret(
        "attune-keys",
        Map.of(
            "web", PlayedChart.sha256(LocalKeys.WRITE),
            "server", PlayedChart.sha256(LocalKeys.SECRET),
            "jobs", PlayedChart.sha256(JOBS_KEY),
            "console", PlayedChart.sha256(CONSOLE_KEY)));
    conductor.secret(
        "attune-secrets",
        Map.of(
            "inference",
            PlayedChart.INFERENCE_SECRET,
            "erasure",
            LocalKeys.ERASURES,
            "console-session",
            "signs-the-sessions-of-the-console",
            "jobs",
            JOBS_KEY,
            "console",
            CONSOLE_KEY));
    conductor.secret("attune-console", Map.of("ada", ConsoleClient.HASH_OF_LOOK));
    conductor.secret("attune-bucket", bucketKeys());
  }

  private static Map<String, String> bucketKeys() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", System.getProperty("aws.accessKeyId"),
        "AWS_SECRET_ACCESS_KEY", System.getProperty("aws.secretAccessKey"),
        "AWS_REGION", "us-east-1");
  }

  /** The guide's values, with where the servers are here. */
  private static List<Map<String, Object>> rendered(Map<String, Object> more) throws Exception {
    Images images = played().load(BuiltImages.ARCHIVES);
    var here = new HashMap<>(Objects.requireNonNull(servers).values());
    here.put("kafka.bootstrapServers", "kafka:9092");
    here.put("s3Endpoint", endpoint());
    here.put("tracing.endpoint", Objects.requireNonNull(traces).endpoint());
    here.putAll(more);
    Path guided = GuideSection.file(folder, "my-values.yaml", GUIDE.all("yaml"));
    return PlayedChart.render(images, List.of(guided, PlayedChart.resource("guided.yaml")), here);
  }

  private static String endpoint() {
    return Objects.requireNonNull(bucket).endpoint().toString();
  }

  @AfterAll
  static void uninstall() throws Exception {
    try (var _ = traces;
        var _ = bucket;
        var _ = servers;
        var _ = chart) {
      // whichever of them there are
    }
  }

  @Test
  @Order(1)
  void repliesAreGenericUntilTheFirstModelServes() throws Exception {
    PlayedChart played = played();
    try (var responses = new ResponsesClient(played.responsesUrl(), LocalKeys.SECRET)) {
      var question = new Question("early", "early", "reply", "en-US", null, 0);
      assertThat(responses.ask(question).personalized()).isFalse();
    }

    StackSettings checkout = StackSettings.isolated(made("checkout"), folder.resolve(PLAYBOOK));
    Path past = folder.resolve("events.jsonl");
    PastWorld.write(SimulationSpec.load(checkout.playbook()), SEED, Instant.now(), past);
    var environment = new HashMap<>(bucketKeys());
    environment.put("ATTUNE_MODELS_DIR", MODELS);
    environment.put("ATTUNE_S3_ENDPOINT", endpoint());
    AttuneCommand.printed(checkout, environment, "train", past.toString())
        .forEach(System.out::println);

    played.awaitPersonalReply();
    assertThat(played.conductor().restarted()).isEmpty();
  }

  @Test
  @Order(2)
  void theFirstEventAndReplyAreFoundInOneTrace() throws Exception {
    String lines =
        GUIDE.blocks("bash").stream()
            .filter(block -> block.contains("traceparent"))
            .findFirst()
            .orElseThrow()
            .replace("https://events.example.com", played().gatewayUrl())
            .replace("https://replies.example.com", played().responsesUrl());
    var bash = new ProcessBuilder("bash", "-euc", lines).redirectErrorStream(true);
    bash.environment().put("SERVER_KEY", LocalKeys.SECRET);
    Process run = bash.start();
    String printed = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(run.waitFor()).as(printed).isZero();
    assertThat(printed).contains("\"accepted\":1", "\"text\":");
    String trace = printed.strip().replaceFirst("(?s).*[^0-9a-f]", "");
    Eventually.holds(
        "the trace leads through all services",
        () ->
            Objects.requireNonNull(traces).trace(trace).stream()
                .map(Received::service)
                .collect(Collectors.toSet())
                .containsAll(
                    List.of(
                        "attune-gateway",
                        "attune-feature-streams",
                        "attune-inference-service",
                        "attune-response-api")));
  }

  /** Each topic that they read has something, and the export has a receipt to write. */
  @Test
  @Order(3)
  void jobsWorkWithTheirOwnAccountAndKey() throws Exception {
    PlayedChart played = played();
    played.apply(rendered(KeptPast.refusedCanary(live())));
    KeptPast.happens(played);

    System.out.println(played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-export"));
    System.out.println(played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-backup"));

    try (Stream<Path> files = Files.walk(folder.resolve("buckets").resolve(BUCKET))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).isNotEmpty();
    }
    try (Stream<Path> files = Files.list(played.conductor().claim("attune-backup"))) {
      assertThat(files).isNotEmpty();
    }
  }

  private static String live() throws Exception {
    return ModelStores.registry(MODELS, PLAYBOOK, endpoint(), BundleKeys.NONE)
        .live()
        .orElseThrow()
        .version();
  }

  /** By the broker's own log: that services need each of their lines is shown by SecuredStackIT. */
  @Test
  @Order(4)
  void eachHasItsAccountAndAsksForNothingElse() throws Exception {
    String log = played().conductor().logOf("kafka-0");

    AclTable table = Objects.requireNonNull(servers).table();
    List<String> allowed = SecuredServers.allowed(log);
    for (String account : table.principals()) {
      assertThat(allowed).as(account).anyMatch(line -> line.contains("User:" + account + " "));
    }
    assertThat(table.rights())
        .filteredOn(right -> right.principal().equals(AclTable.JOBS))
        .allMatch(right -> allowed.stream().anyMatch(right::allowed));
    assertThat(SecuredServers.refused(log)).isEmpty();
  }

  @Test
  @Order(5)
  void theConsoleShowsTheModelToWhomTheGuideLetsIn() throws Exception {
    var console = new ConsoleClient(played().consoleUrl());

    String cookie = console.signIn("ada", "look");

    assertThat(console.ask("GET", "/api/inference/v1/models", cookie).body()).contains(live());
  }

  @Test
  void whatOnlyAClusterCanShowIsNamed() {
    assertThat(played().conductor().notPlayed(PlayedChart.RELEASE))
        .containsExactlyInAnyOrder(
            "ServiceAccount",
            "PodDisruptionBudget",
            "NetworkPolicy",
            "Ingress",
            "ServiceMonitor",
            "PrometheusRule");
  }

  private static PlayedChart played() {
    return Objects.requireNonNull(chart);
  }
}
