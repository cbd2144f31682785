package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
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
 * The chart beside servers that are secured as {@code docs/security.md} says: each service and each
 * job reaches them by the account and the certificates that its values refer to.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class SecuredChartIT {
  private static final String ERASED = "erased";
  private static final String RETURNING = "returning";

  @TempDir private static Path folder;

  private static @Nullable SecuredServers servers;
  private static @Nullable PlayedChart chart;

  @BeforeAll
  static void install() throws Exception {
    String hindrance = PlayedChart.hindrance();
    assumeTrue(hindrance.isEmpty(), hindrance);
    servers = new SecuredServers(Files.createDirectory(folder.resolve("certificates")));
    StackSettings settings =
        StackSettings.isolated(
            Files.createDirectory(folder.resolve("stack")), PlayedChart.PLAYBOOK);
    TrainedModels.publish(settings);
    chart = PlayedChart.prepare(settings.models(), servers.manifests());
    servers.open(chart.conductor());

    var values = new HashMap<>(servers.values());
    // training takes longer than all else here; a refused canary is recorded as well
    String live =
        new ModelRegistry(settings.models().resolve("support")).live().orElseThrow().version();
    List<String> canary = List.of("models", "canary", live, "--share", "10%");
    for (int i = 0; i < canary.size(); i++) {
      values.put("jobs.schedules.retrain.arguments[" + i + "]", canary.get(i));
    }
    values.put("jobs.backup.claim", "backups");
    values.put("jobs.schedules.backup.enabled", true);
    chart.apply(PlayedChart.render(chart.load(BuiltImages.ARCHIVES), values));
  }

  @AfterAll
  static void uninstall() {
    if (chart != null) {
      chart.close();
    }
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  @Order(1)
  void anEventGoesInAndAPersonalizedReplyComesOut() {
    PlayedChart played = played();
    played.awaitPersonalReply();
    assertThat(played.conductor().restarted()).isEmpty();
  }

  /** Each topic that they read has something, and the export has a receipt to write. */
  @Test
  @Order(2)
  void jobsWorkWithTheirOwnAccount() throws Exception {
    PlayedChart played = played();
    try (var gateway = new GatewayClient(played.gatewayUrl(), LocalKeys.SECRET);
        var responses = new ResponsesClient(played.responsesUrl(), LocalKeys.SECRET)) {
      Instant first = Instant.now().minus(Duration.ofHours(3));
      for (int i = 0; i < 3; i++) {
        assertThat(gateway.send(visit(RETURNING, first.plus(Duration.ofHours(i)))).rejected())
            .isEmpty();
      }
      assertThat(gateway.send(List.of(Events.clicked(ERASED, "menu"))).rejected()).isEmpty();
      assertThat(responses.erase(ERASED).path("receiptId").asString()).isNotEmpty();
    }
    post("/v1/labels", "{\"eventId\":\"some\",\"label\":\"refund\"}");
    post(
        "/v1/experiments/personalized-greeting/state",
        "{\"action\":\"stop\",\"reason\":\"a test\"}");
    Eventually.holds(
        "a session has ended",
        () -> !Users.history(played.responsesUrl(), RETURNING).path("sessions").isEmpty());

    assertThatThrownBy(() -> played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-retrain"))
        .hasMessageContaining("is live already");
    System.out.println(played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-export"));
    System.out.println(played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-backup"));

    try (Stream<Path> files = Files.walk(played.conductor().claim("past"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).isNotEmpty();
    }
    try (Stream<Path> files = Files.list(played.conductor().claim("backups"))) {
      assertThat(files).isNotEmpty();
    }
  }

  /** Each conversation ends the one before. */
  private static List<String> visit(String user, Instant at) {
    return List.of(Events.past("web", user, "clicked", at, "{\"element\":\"menu\"}"));
  }

  private static void post(String path, String body) {
    Eventually.holds(
        path + " is taken",
        () ->
            BoundedHttp.send(
                        HttpRequest.newBuilder(URI.create(played().responsesUrl() + path))
                            .header("Authorization", "Bearer " + LocalKeys.SECRET)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body)))
                    .statusCode()
                == 200);
  }

  /** By the broker's own log: that services need each of their lines is shown by SecuredStackIT. */
  @Test
  @Order(3)
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

  private static PlayedChart played() {
    return Objects.requireNonNull(chart);
  }
}
