package dev.attune.system;

import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.Server;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** An ingest gateway beside a stack's own, before the same topics, with keys of its own. */
record GatewayServer(
    Path jar, Path directory, int port, int managementPort, Map<String, String> environment)
    implements Server {
  /**
   * A line of a keys file: a key that is its own name.
   *
   * @param more scopes, expiry and origins
   */
  static String key(String name, String role, String more) {
    return name + " " + role + " " + sha256(name) + " " + more;
  }

  static GatewayServer withKeys(StackSettings settings, List<String> keys, Map<String, String> more)
      throws IOException {
    Path folder = Files.createDirectories(settings.home().resolve("gateway-" + Ports.free()));
    Path file = Files.write(folder.resolve("keys"), keys);
    int port = Ports.free();
    int managementPort = Ports.free();
    var environment = new HashMap<>(more);
    environment.put("ATTUNE_GATEWAY_PORT", Integer.toString(port));
    environment.put("ATTUNE_GATEWAY_MANAGEMENT_PORT", Integer.toString(managementPort));
    environment.put("ATTUNE_KEYS_FILE", file.toString());
    environment.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers());
    environment.put("ATTUNE_SCHEMA_REGISTRY_URL", settings.registryUrl());
    return new GatewayServer(
        settings.checkout().serviceJar("ingest-gateway"),
        folder,
        port,
        managementPort,
        environment);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public List<String> command() {
    return JavaCommand.withHeap("192m")
        .option("-XX:TieredStopAtLevel=1")
        .run("-jar", jar.toString());
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(
            URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
        == 200;
  }
}
