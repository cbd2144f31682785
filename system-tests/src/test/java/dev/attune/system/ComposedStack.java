package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackPorts;
import dev.attune.local.stack.StackSettings;
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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The images that {@code ./attune images} built, run by {@code deploy/compose.yaml} beside a real
 * Kafka, registry and Redis, as restricted as the chart's pods.
 */
final class ComposedStack implements AutoCloseable {
  static final String ERASURES = "0123456789abcdef";

  /** By their names in the compose file. */
  static final Map<String, String> SERVICES =
      Map.of(
          "gateway", "ingest-gateway",
          "streams", "feature-streams",
          "inference", "inference-service",
          "responses", "response-api",
          "console", "console");

  /** Public images in the compose file. The stack's own servers are used in their place. */
  private static final List<String> STAND_INS = List.of("kafka", "registry", "redis");

  private final Map<String, String> images = new HashMap<>();
  private final StackSettings settings;
  private final Containers containers;
  private final LocalStack servers;
  private final String jvmOptions;
  private final double processors;

  private ComposedStack(
      StackSettings settings, Containers containers, String jvmOptions, double processors) {
    this.settings = settings;
    this.containers = containers;
    this.servers = new LocalStack(settings, StackListener.SILENT);
    this.jvmOptions = jvmOptions;
    this.processors = processors;
  }

  /**
   * Skips the test where no container can run.
   *
   * @param jvmOptions of each service
   * @param processors that each service may use at most
   */
  static ComposedStack start(String jvmOptions, double processors) throws Exception {
    assumeTrue(
        Files.isRegularFile(BuiltImages.archive("cli")),
        "there are no images; ./attune images builds them");
    Path root = Checkout.find().root();
    var containers = new Containers(BuiltImages.CONTAINERS);
    String hindrance = containers.hindrance(BuiltImages.ARCHIVES.resolve("base.tar"));
    assumeTrue(hindrance.isEmpty(), "no container can run here: " + hindrance);
    var settings =
        StackSettings.isolated(
            root.resolve("system-tests/target/images-stack"), root.resolve("playbooks/support"));
    var stack = new ComposedStack(settings, containers, jvmOptions, processors);
    try {
      stack.start();
      return stack;
    } catch (Exception e) {
      stack.close();
      throw e;
    }
  }

  private void start() throws Exception {
    servers.purge();
    // training one takes longer than all else here
    Folders.copy(RunningStack.shared().settings().models(), settings.models());
    openModels();
    for (Part part : List.of(Part.REDIS, Part.KAFKA, Part.REGISTRY)) {
      servers.up(part);
    }
    images.put("cli", containers.load(BuiltImages.archive("cli")));
    for (String module : SERVICES.values()) {
      images.put(module, containers.load(BuiltImages.archive(module)));
    }
    List<String> names =
        Stream.of(SERVICES.values(), STAND_INS, List.of("owner"))
            .flatMap(Collection::stream)
            .toList();
    Path file = settings.checkout().root().resolve("deploy/compose.yaml");
    containers.up(file, overlay(), variables(), names);
    for (String service : SERVICES.keySet()) {
      Eventually.holds(service + " is ready", () -> isReady(service));
    }
    URI model = URI.create(settings.inferenceUrl() + "/v2/models/intent/ready");
    Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
  }

  /**
   * @param service as the compose file names it
   */
  boolean isReady(String service) {
    String port = managementPort(service);
    return HttpProbe.status(URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"))
        == 200;
  }

  private String managementPort(String service) {
    String name = "ATTUNE_" + service.toUpperCase(Locale.ROOT) + "_MANAGEMENT_PORT";
    return requireNonNull(settings.ports().variables().get(name));
  }

  StackSettings settings() {
    return settings;
  }

  Containers containers() {
    return containers;
  }

  Collection<String> images() {
    return images.values();
  }

  String image(String module) {
    return requireNonNull(images.get(module));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      containers.close();
    } finally {
      servers.down();
    }
  }

  /** May be read and written by the containers, whose user is nobody of this machine. */
  private void openModels() throws IOException {
    try (Stream<Path> files = Files.walk(settings.models())) {
      for (Path file : files.toList()) {
        String rights = Files.isDirectory(file) ? "rwxrwxrwx" : "rw-rw-rw-";
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
      }
    }
  }

  /** Reaches the stack's servers, by containers that do nothing in place of others; small heaps. */
  private Path overlay() throws IOException {
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
          changed.put("cpus", processors);
          services.put(service, changed);
        });
    Path file = settings.home().resolve("overlay.yaml");
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

  private Map<String, String> environment() {
    StackPorts ports = settings.ports();
    var environment = new HashMap<>(ports.variables());
    environment.putAll(places());
    environment.put("ATTUNE_BIND_ADDRESS", "127.0.0.1");
    environment.put("ATTUNE_REDIS_URI", settings.redisUri());
    environment.put("ATTUNE_GATEWAY_URL", settings.gatewayUrl());
    environment.put("ATTUNE_INFERENCE_ADDRESS", "127.0.0.1:" + ports.inferenceGrpc());
    environment.put("ATTUNE_STREAMS_URL", "http://127.0.0.1:" + ports.streams());
    environment.put("ATTUNE_STREAMS_ADVERTISED", "127.0.0.1:" + ports.streams());
    for (String service : List.of("gateway", "streams", "inference", "responses")) {
      environment.put(
          "ATTUNE_" + service.toUpperCase(Locale.ROOT) + "_MANAGEMENT_URL",
          "http://127.0.0.1:" + managementPort(service));
    }
    environment.put("JDK_JAVA_OPTIONS", jvmOptions);
    return environment;
  }

  /** Those that the compose file asks for. */
  private Map<String, String> variables() {
    String[] image = image("cli").split("/attune-cli:", 2);
    var variables = new HashMap<String, String>();
    variables.put("IMAGES", image[0]);
    variables.put("VERSION", image[1]);
    variables.put("MODELS", settings.models().toString());
    variables.put("INFERENCE_SECRET", "secret-of-the-images-test");
    variables.put("ERASURE_SECRET", ERASURES);
    variables.put("SECRET_KEY", LocalKeys.SECRET);
    variables.put("SECRET_KEY_SHA256", sha256(LocalKeys.SECRET.getBytes(UTF_8)));
    variables.put("WRITE_KEY_SHA256", sha256("key-of-pages".getBytes(UTF_8)));
    variables.put(
        "CONSOLE_PASSWORD_HASH", "$2a$10$7EqJtq98hPqEX7fNZaFWoOa3s7h6p1m0mGxX3z0m6nE5yF0b8rY8K");
    return variables;
  }

  Map<String, String> places() {
    return Map.of(
        "ATTUNE_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers(),
        "ATTUNE_SCHEMA_REGISTRY_URL", settings.registryUrl(),
        "ATTUNE_RESPONSES_URL", settings.responsesUrl(),
        "ATTUNE_INFERENCE_URL", settings.inferenceUrl(),
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
