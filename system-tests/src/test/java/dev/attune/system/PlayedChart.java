package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.bench.model.BenchModel;
import dev.attune.chaos.stack.StoreContents;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.deploy.Chart;
import dev.attune.kafka.KafkaSettings;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.LocalKeys;
import dev.attune.system.pods.Conductor;
import dev.attune.system.pods.Podman;
import dev.attune.system.pods.ServerImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chart, installed with Kafka, a registry and Redis beside it, and played by a {@link
 * Conductor}. Its clients' keys are the local stack's.
 */
final class PlayedChart implements AutoCloseable {
  static final String RELEASE = "shop";
  private static final Path TARGET = Checkout.find().root().resolve(RunningStack.TARGET);
  static final String INFERENCE_SECRET = "secret-of-the-charts-test-32-letters";
  static final Path PLAYBOOK = Checkout.find().root().resolve("playbooks/support");
  private static final List<String> MODULES =
      List.of(
          "ingest-gateway",
          "feature-streams",
          "inference-service",
          "response-api",
          "console",
          "cli");

  private final Podman podman;
  private final Conductor conductor;

  private PlayedChart(Podman podman) throws IOException, InterruptedException {
    this.podman = podman;
    this.conductor = new Conductor(TARGET.resolve("pods"), podman);
  }

  /** Images of one version, as the chart's values name them. */
  record Images(String repository, String tag) {}

  /** Skips the test, and says why, where no pod can run or no image was built. */
  static void assumeItRunsHere() throws InterruptedException {
    String hindrance = hindrance();
    assumeTrue(hindrance.isEmpty(), hindrance);
  }

  private static String hindrance() throws InterruptedException {
    if (!Files.isRegularFile(BuiltImages.archive("cli"))) {
      return "there are no images; ./attune images builds them";
    }
    try (var empty = new Conductor(TARGET.resolve("pods"), BuiltImages.podman())) {
      empty.runNothing(BuiltImages.podman().load(BuiltImages.ARCHIVES.resolve("base.tar")));
      return "";
    } catch (IOException | IllegalStateException e) {
      return "no pod can run here: " + e.getMessage();
    }
  }

  /**
   * Kafka, the registry and Redis, and all that the chart's services ask for, while the built
   * images are taken in.
   *
   * @param models of all playbooks; they are copied to the claim that the chart makes
   */
  static PlayedChart prepare(Path models) throws Exception {
    return prepare(models, servers());
  }

  /**
   * @param servers manifests of Kafka, the registry and Redis
   */
  static PlayedChart prepare(Path models, Collection<Map<String, Object>> servers)
      throws Exception {
    Podman podman = BuiltImages.podman();
    String base = podman.load(BuiltImages.ARCHIVES.resolve("base.tar"));
    var played = new PlayedChart(podman);
    try (ExecutorService meanwhile = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Images> images = meanwhile.submit(() -> played.load(BuiltImages.ARCHIVES));
      ServerImage.build(podman, base, Checkout.find(), TARGET.resolve("pods-servers"));
      played.secrets();
      Folders.copy(models, played.conductor.claim("shop-attune-models"));
      played.conductor.apply("servers", servers);
      var unused = images.get();
      return played;
    } catch (Exception e) {
      played.close();
      throw e;
    }
  }

  /**
   * Models to prepare it with where each user is to be scored, and what is said does not matter.
   */
  static Path benchModels() throws Exception {
    Path models = Files.createTempDirectory("attune-models");
    var unused = BenchModel.registry(models.resolve("support"), Playbook.load(PLAYBOOK).features());
    return models;
  }

  /** Takes the images of archives in. */
  Images load(Path archives) throws IOException, InterruptedException {
    List<Path> all =
        MODULES.stream()
            .map(module -> archives.resolve("attune-" + module + ".tar"))
            .filter(Files::exists) // a version that is made for its services alone has no others
            .toList();
    String[] parts = podman.loadAll(all).getFirst().split("/attune-[a-z-]+:");
    return new Images(parts[0], parts[1]);
  }

  private void secrets() {
    conductor.secret(
        "attune-secrets",
        Map.of(
            "inference", INFERENCE_SECRET,
            "erasure", LocalKeys.ERASURES,
            "console", LocalKeys.SECRET,
            "jobs", LocalKeys.SECRET));
    conductor.secret("attune-console", Map.of("vera", ConsoleClient.HASH_OF_LOOK));
    conductor.secret(
        "attune-keys",
        Map.of("pages", sha256(LocalKeys.WRITE), "chatbot", sha256(LocalKeys.SECRET)));
  }

  /** What Helm renders with these images and values. */
  static List<Map<String, Object>> render(Images images, Map<String, ?> changed) {
    return render(images, List.of(resource("values.yaml")), changed);
  }

  /**
   * @param files of values; of what two say, the later one goes first
   */
  static List<Map<String, Object>> render(Images images, List<Path> files, Map<String, ?> changed) {
    var all = new HashMap<String, Object>(changed);
    all.put("image.repository", images.repository());
    all.put("image.tag", images.tag());
    return Chart.objects(Chart.render(files, all));
  }

  /** Installs or upgrades the release, and waits for it. */
  void apply(Collection<Map<String, Object>> objects) throws IOException, InterruptedException {
    conductor.apply(RELEASE, objects);
  }

  /** An event goes in, and a reply comes out that knows of it. */
  void awaitPersonalReply() {
    try (var gateway = new GatewayClient(gatewayUrl(), LocalKeys.WRITE);
        var responses = new ResponsesClient(responsesUrl(), LocalKeys.SECRET)) {
      Eventually.holds(
          "a reply is personalized",
          () ->
              Stream.of("a", "b", "c", "d").anyMatch(user -> isPersonal(gateway, responses, user)));
    }
  }

  /** Who is in the control group is told the same as everybody. */
  private static boolean isPersonal(GatewayClient gateway, ResponsesClient responses, String user) {
    String token =
        gateway.send(List.of(Events.messageSent(user, "where is my order"))).tokens().get(user);
    return responses.ask(new Question(user, user, "reply", "en-US", token, 1000)).personalized();
  }

  Conductor conductor() {
    return conductor;
  }

  String gatewayUrl() {
    return "http://" + Conductor.address() + ":7070";
  }

  String responsesUrl() {
    return "http://" + Conductor.address() + ":7071";
  }

  String consoleUrl() {
    return "http://" + Conductor.address() + ":7080";
  }

  /** Where its stores are reached from this machine. */
  StoreContents.Places places() {
    return places(KafkaSettings.of(conductor.addressOf("kafka-0") + ":9092"));
  }

  /**
   * @param kafka how it lets somebody read it who may do everything
   */
  StoreContents.Places places(KafkaSettings kafka) {
    return new StoreContents.Places(
        kafka,
        registryUrl(),
        List.of("redis://" + conductor.addressOf("redis-0") + ":6379"),
        responsesUrl(),
        PLAYBOOK);
  }

  /** To be closed. */
  Admin kafka() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, conductor.addressOf("kafka-0") + ":9092"));
  }

  static String registryUrl() {
    return "http://" + Conductor.address() + ":8080/apis/ccompat/v7";
  }

  /** How many versions of a subject's schema are registered. */
  static int schemasOf(String subject) throws IOException {
    URI versions = URI.create(registryUrl() + "/subjects/" + subject + "/versions");
    try (InputStream answer = versions.toURL().openStream()) {
      return JsonMapper.shared().readTree(answer).size();
    }
  }

  /** Without TLS and accounts. */
  static Collection<Map<String, Object>> servers() throws IOException {
    Map<String, Object> list = Chart.objects(Files.readString(resource("servers.yaml"))).getFirst();
    return ((List<?>) Objects.requireNonNull(list.get("items"))).stream().map(Chart::map).toList();
  }

  /** One of the test's own files. */
  static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(PlayedChart.class.getResource("/pods/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    conductor.close();
  }
}
