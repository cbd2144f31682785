package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** After the shop has moved its pages the loop learns by itself, and signs what it has learned. */
@Timeout(420)
class DriftedRetrainIT {
  private static final int BATCH = 300;

  @TempDir private Path folder;

  @Test
  void whatDriftedIsLearnedAnewAndSigned() throws Exception {
    Path playbook = PlaybookCopy.hurried(folder);
    try (RunningStack stack = RunningStack.start("drift-stack", playbook)) {
      List<String> moved = moved(stack);
      for (int i = 0; i < moved.size(); i += BATCH) {
        stack.gateway.send(moved.subList(i, Math.min(moved.size(), i + BATCH)));
      }
      Eventually.holds("the pages have drifted", () -> hasDrifted(stack, "order_pages_1h"));
      ModelRegistry registry = new ModelRegistry(stack.settings().models().resolve("support"));
      String live = registry.live().orElseThrow().version();
      KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      Path out = folder.resolve("retrain.out");

      Process process =
          AttuneCommand.begin(
              stack.settings(),
              out,
              Map.of("ATTUNE_MODELS_SIGNING_KEY", pem(keys)),
              "retrain",
              "--if-drifted",
              "--quick",
              "--dry-run");
      try {
        assertThat(process.waitFor(Eventually.DEADLINE)).isTrue();
      } finally {
        process.destroyForcibly();
      }

      String said = AttuneCommand.said(out);
      System.out.println(said);
      assertThat(process.exitValue()).as(said).isZero();
      assertThat(said).contains("drifted   order_pages_1h");
      Path learned = registry.published(registry.versions().getLast().version());
      assertThat(learned.getFileName().toString()).isNotEqualTo(live);
      assertThat(said).contains(learned.getFileName().toString());
      assertThat(isSigned(learned, keys)).isTrue();
      assertThat(registry.live().orElseThrow().version()).as("a dry run").isEqualTo(live);
    }
  }

  /** The newest visits, by others, to pages of other names. */
  private List<String> moved(RunningStack stack) throws Exception {
    Path file = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(stack.settings().playbook()), 12, Instant.now(), file);
    List<String> lines = Files.readAllLines(file);
    return lines.subList(lines.size() / 2, lines.size()).stream()
        .map(
            line -> {
              ObjectNode event = (ObjectNode) JsonMapper.shared().readTree(line);
              event.put("userId", "moved-" + event.path("userId").asString());
              if (event.get("page_viewed") instanceof ObjectNode page) {
                page.put("page", "/new" + page.path("page").asString());
              }
              return event.toString();
            })
        .toList();
  }

  private static boolean hasDrifted(RunningStack stack, String feature) throws Exception {
    String body =
        BoundedHttp.send(
                HttpRequest.newBuilder(URI.create(stack.settings().inferenceUrl() + "/v1/drift"))
                    .header("Authorization", "Bearer " + LocalKeys.SECRET))
            .body();
    for (JsonNode each : JsonMapper.shared().readTree(body).path("features")) {
      if (each.path("name").asString().equals(feature)) {
        return each.path("level").asString().equals("DRIFTED");
      }
    }
    return false;
  }

  private static String pem(KeyPair keys) {
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded()));
  }

  private static boolean isSigned(Path bundle, KeyPair keys) throws Exception {
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(keys.getPublic());
    check.update(Files.readAllBytes(bundle.resolve(BundleFiles.MANIFEST)));
    String signature =
        Files.readString(bundle.resolve(BundleFiles.SIGNATURE), StandardCharsets.UTF_8);
    return check.verify(Base64.getMimeDecoder().decode(signature.strip()));
  }
}
