package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.core.files.Folders;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackPorts;
import dev.attune.local.stack.StackSettings;
import dev.attune.system.pods.Podman.Ended;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * The images that {@code ./attune images} built, run by {@code deploy/compose.yaml} beside a real
 * Kafka, registry and Redis, as restricted as the chart's pods: an event goes in, a personalized
 * reply comes out.
 */
class ImagesIT {
  private static final Path ROOT = Checkout.find().root();
  private static final Path ARCHIVES = ROOT.resolve("target/images");
  private static final Path HOME = ROOT.resolve("system-tests/target/images-stack");
  private static final String KEY = "key-of-the-images-test";
  private static final String ERASURES = "0123456789abcdef";

  /** By their names in the compose file. */
  private static final Map<String, String> SERVICES =
      Map.of(
          "gateway", "ingest-gateway",
          "streams", "feature-streams",
          "inference", "inference-service",
          "responses", "response-api",
          "console", "console");

  /** Public images in the compose file. The stack's own servers are used in their place. */
  private static final List<String> STAND_INS = List.of("kafka", "registry", "redis");

  private static final Map<String, String> IMAGES = new HashMap<>();
  private static final StackSettings SETTINGS =
      StackSettings.isolated(HOME, ROOT.resolve("playbooks/support"));
  private static final Containers CONTAINERS =
      new Containers(ROOT.resolve("system-tests/target/images-containers"));
  private static @Nullable LocalStack servers;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Files.isRegularFile(ARCHIVES.resolve("attune-cli.tar")),
        "there are no images; ./attune images builds them");
    String hindrance = CONTAINERS.hindrance(ARCHIVES.resolve("base.tar"));
    assumeTrue(hindrance.isEmpty(), "no container can run here: " + hindrance);
    servers = new LocalStack(SETTINGS, StackListener.SILENT);
    servers.purge();
    // training one takes longer than all else here
    Folders.copy(RunningStack.shared().settings().models(), SETTINGS.models());
    openModels();
    for (Part part : List.of(Part.REDIS, Part.KAFKA, Part.REGISTRY)) {
      servers.up(part);
    }
    IMAGES.put("cli", CONTAINERS.load(archive("cli")));
    for (String module : SERVICES.values()) {
      IMAGES.put(module, CONTAINERS.load(archive(module)));
    }
    List<String> names =
        Stream.of(SERVICES.values(), STAND_INS, List.of("owner"))
            .flatMap(Collection::stream)
            .toList();
    CONTAINERS.up(ROOT.resolve("deploy/compose.yaml"), overlay(), variables(), names);
    for (String part : List.of("GATEWAY", "STREAMS", "INFERENCE", "RESPONSES", "CONSOLE")) {
      String port = SETTINGS.ports().variables().get("ATTUNE_" + part + "_MANAGEMENT_PORT");
      URI ready = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
      Eventually.holds(part + " is ready", () -> HttpProbe.status(ready) == 200);
    }
    URI model = URI.create(SETTINGS.inferenceUrl() + "/v2/models/intent/ready");
    Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    if (servers != null) {
      CONTAINERS.close();
      servers.down();
    }
  }

  @Test
  void anEventGoesInAndAPersonalizedReplyComesOut() {
    try (var gateway = new GatewayClient(SETTINGS.gatewayUrl(), KEY);
        var responses = new ResponsesClient(SETTINGS.responsesUrl(), KEY)) {
      // who is in the control group is told the same as everybody
      for (int i = 0; i < 20; i++) {
        String user = "in-a-container-" + i;
        String token =
            gateway.send(List.of(Events.messageSent(user, "where is my order"))).tokens().get(user);
        var answer = responses.ask(new Question(user, user, "reply", "en-US", token, 1000));
        if (answer.personalized()) {
          return;
        }
      }
    }
    throw new AssertionError("no reply was personalized");
  }

  @Test
  void theCommandLineDoesTheChartsJobs() throws Exception {
    Ended listed = command("models", "list");
    Ended exported = command("export", "--out=/tmp/past");
    Ended retrained = command("retrain", "--if-drifted");

    assertThat(listed.status()).as(listed.printed()).isZero();
    assertThat(listed.printed()).startsWith("live");
    assertThat(exported.status()).as(exported.printed()).isZero();
    assertThat(retrained.status()).as(retrained.printed()).isZero();
    assertThat(retrained.printed()).contains("Nothing has drifted; nothing to do.");
  }

  @Test
  void servicesLogJson() throws Exception {
    for (String module : SERVICES.values()) {
      assertThat(CONTAINERS.logs(module).lines())
          .as(module)
          // Java's own, about the variable
          .filteredOn(line -> !line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS"))
          .isNotEmpty()
          .allMatch(line -> line.startsWith("{\"@timestamp\":") && line.contains("\"ecs\":"));
    }
  }

  @Test
  void imagesNameNoRootAndTheirBase() throws Exception {
    for (String image : IMAGES.values()) {
      assertThat(CONTAINERS.inspect(image, "{{.Config.User}}")).isEqualTo("10001:10001");
      assertThat(CONTAINERS.inspect(image, "{{index .Labels \"dev.attune.base.debian\"}}"))
          .hasSize(64);
    }
  }

  @Test
  void theBasesChecksumAndPackagesAreRecorded() throws Exception {
    byte[] base = Files.readAllBytes(ARCHIVES.resolve("base.tar"));

    assertThat(ARCHIVES.resolve("base.tar.sha256")).content().isEqualTo(sha256(base) + "\n");
    assertThat(ARCHIVES.resolve("base.packages")).content().contains("libc6 ", "libstdc++6 ");
  }

  private static Ended command(String... arguments) throws IOException, InterruptedException {
    return CONTAINERS.once(
        image("cli"), commandVariables(), List.of(SETTINGS.models() + ":/models"), arguments);
  }

  private static Path archive(String module) {
    return ARCHIVES.resolve("attune-" + module + ".tar");
  }

  private static String image(String module) {
    return requireNonNull(IMAGES.get(module));
  }

  /** May be read and written by the containers, whose user is nobody of this machine. */
  private static void openModels() throws IOException {
    try (Stream<Path> files = Files.walk(SETTINGS.models())) {
      for (Path file : files.toList()) {
        String rights = Files.isDirectory(file) ? "rwxrwxrwx" : "rw-rw-rw-";
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
      }
    }
  }

  /** Reaches the stack's servers, by containers that do nothing in place of others; small heaps. */
  private static Path overlay() throws IOException {
    var services = new HashMap<String, Object>();
    for (String standIn : STAND_INS) {
      var doesNothing = new HashMap<String, Object>(onThisMachine(standIn));
      doesNothing.put("image", image("cli"));
      doesNothing.put("entrypoint", List.of("sleep", "1d"));
      doesNothing.put("stop_signal", "SIGKILL");
      services.put(standIn, doesNothing);
    }
    services.put("owner", onThisMachine("owner"));
    Map<String, String> environment = environment();
    SERVICES.forEach(
        (service, module) -> {
          var changed = new HashMap<String, Object>(onThisMachine(module));
          changed.put("environment", environment);
          services.put(service, changed);
        });
    Path file = HOME.resolve("overlay.yaml");
    // JSON is YAML
    Files.writeString(file, JsonMapper.shared().writeValueAsString(Map.of("services", services)));
    return file;
  }

  private static Map<String, Object> onThisMachine(String container) {
    return Map.of(
        "container_name",
        container,
        "network_mode",
        "host",
        "logging",
        Map.of("driver", "k8s-file"));
  }

  private static Map<String, String> environment() {
    StackPorts ports = SETTINGS.ports();
    var environment = new HashMap<>(ports.variables());
    environment.putAll(places());
    environment.put("ATTUNE_BIND_ADDRESS", "127.0.0.1");
    environment.put("ATTUNE_REDIS_URI", SETTINGS.redisUri());
    environment.put("ATTUNE_GATEWAY_URL", SETTINGS.gatewayUrl());
    environment.put("ATTUNE_INFERENCE_ADDRESS", "127.0.0.1:" + ports.inferenceGrpc());
    environment.put("ATTUNE_STREAMS_URL", "http://127.0.0.1:" + ports.streams());
    environment.put("ATTUNE_STREAMS_ADVERTISED", "127.0.0.1:" + ports.streams());
    for (String part : List.of("GATEWAY", "STREAMS", "INFERENCE", "RESPONSES")) {
      String port = ports.variables().get("ATTUNE_" + part + "_MANAGEMENT_PORT");
      environment.put("ATTUNE_" + part + "_MANAGEMENT_URL", "http://127.0.0.1:" + port);
    }
    environment.put("JDK_JAVA_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    return environment;
  }

  /** Those that the compose file asks for. */
  private static Map<String, String> variables() {
    String[] image = image("cli").split("/attune-cli:", 2);
    var variables = new HashMap<String, String>();
    variables.put("IMAGES", image[0]);
    variables.put("VERSION", image[1]);
    variables.put("MODELS", SETTINGS.models().toString());
    variables.put("INFERENCE_SECRET", "secret-of-the-images-test");
    variables.put("ERASURE_SECRET", ERASURES);
    variables.put("SECRET_KEY", KEY);
    variables.put("SECRET_KEY_SHA256", sha256(KEY.getBytes(UTF_8)));
    variables.put("WRITE_KEY_SHA256", sha256("key-of-pages".getBytes(UTF_8)));
    variables.put(
        "CONSOLE_PASSWORD_HASH", "$2a$10$7EqJtq98hPqEX7fNZaFWoOa3s7h6p1m0mGxX3z0m6nE5yF0b8rY8K");
    return variables;
  }

  private static Map<String, String> commandVariables() {
    var variables = new HashMap<>(places());
    variables.put("ATTUNE_HOME", "/tmp/attune");
    variables.put("ATTUNE_EXPORT", "/tmp/past");
    variables.put("ATTUNE_SECRET_KEY", KEY);
    return variables;
  }

  private static Map<String, String> places() {
    return Map.of(
        "ATTUNE_KAFKA_BOOTSTRAP_SERVERS", SETTINGS.bootstrapServers(),
        "ATTUNE_SCHEMA_REGISTRY_URL", SETTINGS.registryUrl(),
        "ATTUNE_RESPONSES_URL", SETTINGS.responsesUrl(),
        "ATTUNE_INFERENCE_URL", SETTINGS.inferenceUrl(),
        "ATTUNE_ERASURE_SECRET", ERASURES,
        "ATTUNE_PLAYBOOK", "/app/playbooks/support",
        "ATTUNE_MODELS_DIR", "/models");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
