package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalKeys;
import dev.attune.system.pods.ComposeNetwork;
import dev.attune.system.pods.Podman;
import dev.attune.system.pods.ServerImage;
import dev.attune.system.pods.TrialImage;
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
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code deploy/compose.yaml} as it stands, with the images that {@code ./attune images} built and
 * the local stack's own servers in images of their own. Laid over it is only what a test needs: the
 * network, small heaps, and where logs are.
 */
final class ComposedStack implements AutoCloseable {
  /** Modules by their names in the compose file. */
  static final Map<String, String> SERVICES =
      Map.of(
          "gateway", "ingest-gateway",
          "streams", "feature-streams",
          "inference", "inference-service",
          "responses", "response-api",
          "console", "console");

  private static final Map<String, Integer> MANAGEMENT_PORTS =
      Map.of(
          "gateway", 7170, "responses", 7171, "inference", 7172, "streams", 7174, "console", 7180);

  private static final List<String> SERVERS = List.of("kafka", "registry", "redis");
  private static final Path TARGET = Checkout.find().root().resolve(RunningStack.TARGET);
  private static final Path MODELS = TARGET.resolve("composed-models");

  private final Map<String, String> images = new HashMap<>();
  private final Podman podman = BuiltImages.podman();
  private final Containers containers = new Containers(BuiltImages.CONTAINERS);
  private final ComposeNetwork network;
  private final String jvmOptions;
  private final double processors;

  private ComposedStack(String jvmOptions, double processors)
      throws IOException, InterruptedException {
    this.network =
        new ComposeNetwork(
            podman,
            Stream.of(SERVERS, SERVICES.keySet(), List.of("owner", "cli"))
                .flatMap(Collection::stream)
                .toList());
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
    PlayedChart.assumeItRunsHere();
    var stack = new ComposedStack(jvmOptions, processors);
    try {
      stack.start();
      return stack;
    } catch (Exception e) {
      stack.close();
      throw e;
    }
  }

  private void start() throws Exception {
    Folders.delete(MODELS);
    // training one takes longer than all else here
    Folders.copy(RunningStack.shared().settings().models(), MODELS);
    openModels();
    String base = podman.load(BuiltImages.ARCHIVES.resolve("base.tar"));
    ServerImage.build(podman, base, Checkout.find(), TARGET.resolve("pods-servers"));
    TrialImage.build(podman, Checkout.find());
    images.put("cli", podman.load(BuiltImages.archive("cli")));
    for (String module : SERVICES.values()) {
      images.put(module, podman.load(BuiltImages.archive(module)));
    }
    Path file = Checkout.find().root().resolve("deploy/compose.yaml");
    containers.up(file, overlay(), variables());
    for (String service : SERVICES.keySet()) {
      Eventually.holds(service + " is ready", () -> isReady(service));
    }
    URI model = URI.create(url("inference", 7072) + "/v2/models/intent/ready");
    Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
  }

  /** May be read and written by the containers, whose user is nobody of this machine. */
  private static void openModels() throws IOException {
    try (Stream<Path> files = Files.walk(MODELS)) {
      for (Path file : files.toList()) {
        String rights = Files.isDirectory(file) ? "rwxrwxrwx" : "rw-rw-rw-";
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
      }
    }
  }

  /**
   * @param service as the compose file names it
   */
  boolean isReady(String service) {
    String management = url(service, requireNonNull(MANAGEMENT_PORTS.get(service)));
    return HttpProbe.status(URI.create(management + "/actuator/health/readiness")) == 200;
  }

  private String url(String service, int port) {
    return "http://" + network.address(service) + ":" + port;
  }

  String gatewayUrl() {
    return url("gateway", 7070);
  }

  String responsesUrl() {
    return url("responses", 7071);
  }

  Containers containers() {
    return containers;
  }

  /** As podman-compose names a service's container. */
  static String container(String service) {
    return "attune_" + service + "_1";
  }

  Collection<String> images() {
    return images.values();
  }

  private Path overlay() throws IOException {
    var services = new HashMap<String, Object>();
    for (String service : SERVERS) {
      services.put(service, changed(service));
    }
    services.put("owner", changed("owner"));
    Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", jvmOptions);
    for (String service : SERVICES.keySet()) {
      Map<String, Object> changed = changed(service);
      changed.put("environment", environment);
      changed.put("cpus", processors);
      services.put(service, changed);
    }
    Map<String, Object> cli = changed("cli");
    cli.put("environment", environment);
    services.put("cli", cli);
    Path file = TARGET.resolve("compose-overlay.yaml");
    // JSON is YAML
    Files.writeString(
        file,
        JsonMapper.shared()
            .writeValueAsString(
                Map.of("services", services, "networks", ComposeNetwork.networks())));
    return file;
  }

  private Map<String, Object> changed(String service) {
    var changed = new HashMap<>(network.of(service));
    // podman's own way needs systemd
    changed.put("logging", Map.of("driver", "k8s-file"));
    return changed;
  }

  /** Those that the compose file asks for. */
  private Map<String, String> variables() {
    String[] image = requireNonNull(images.get("cli")).split("/attune-cli:", 2);
    var variables = new HashMap<String, String>();
    variables.put("IMAGES", image[0]);
    variables.put("VERSION", image[1]);
    variables.put("KAFKA_IMAGE", TrialImage.KAFKA.reference());
    variables.put("REGISTRY_IMAGE", TrialImage.REGISTRY.reference());
    variables.put("REDIS_IMAGE", TrialImage.REDIS.reference());
    // ports of this machine may be in use
    variables.put("PUBLISH", network.machine());
    variables.put("MODELS", MODELS.toString());
    variables.put("INFERENCE_SECRET", "secret-of-the-images-test");
    variables.put("ERASURE_SECRET", LocalKeys.ERASURES);
    variables.put("SECRET_KEY", LocalKeys.SECRET);
    variables.put("SECRET_KEY_SHA256", sha256(LocalKeys.SECRET.getBytes(UTF_8)));
    variables.put("WRITE_KEY_SHA256", sha256("key-of-pages".getBytes(UTF_8)));
    variables.put(
        "CONSOLE_PASSWORD_HASH", "$2a$10$7EqJtq98hPqEX7fNZaFWoOa3s7h6p1m0mGxX3z0m6nE5yF0b8rY8K");
    return variables;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      containers.close();
    } finally {
      network.close();
    }
  }
}
