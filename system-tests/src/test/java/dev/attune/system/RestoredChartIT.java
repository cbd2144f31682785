package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.Check;
import dev.attune.chaos.Progress;
import dev.attune.chaos.ledger.Ledger;
import dev.attune.chaos.ledger.LedgerCheck;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.StoreContents;
import dev.attune.core.files.Folders;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.stack.LocalKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The chart in a cluster that is lost with its Kafka, but for the volume of backups: the job of the
 * same chart restores it into another cluster, which knows the same users, and all that a load's
 * clients were told. There Kafka lets the restore do what {@code docs/security.md} says, and
 * nothing else.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class RestoredChartIT {
  private static final String JOB = "shop-attune-backup";
  private static final String CLAIM = "backups";
  private static final int EPOCH = 1;
  private static final List<String> USERS =
      IntStream.range(0, 12).mapToObj(n -> "restored-" + n).toList();

  private static final int EVENTS = 4_000;
  private static final long SEED = 20260117;

  /** 150 events and 15 replies a second. */
  private static final LoadShape SHAPE = new LoadShape(4, 6, Duration.ofMillis(160), 100, 3);

  private static final Progress FIGURES = new PrintedProgress();

  @TempDir private Path folder;

  @Test
  void anotherClusterKnowsWhatTheLostOneKnew() throws Exception {
    PlayedChart.assumeItRunsHere();
    Path kept = folder.resolve("backup");
    Map<String, JsonNode> before;
    Path models = PlayedChart.benchModels();
    Ledger ledger;
    try (PlayedChart lost = PlayedChart.prepare(models)) {
      var values = new HashMap<>(KeptPast.refusedCanary(models));
      values.put("jobs.backup.claim", CLAIM);
      values.put("jobs.schedules.backup.enabled", true);
      lost.apply(PlayedChart.render(lost.load(BuiltImages.ARCHIVES), values));
      ledger = loaded(lost);
      KeptPast.happens(lost);
      USERS.forEach(user -> predicted(lost, user));
      before = known(lost);

      System.out.println(lost.conductor().runNow(PlayedChart.RELEASE, JOB));
      Folders.copy(lost.conductor().claim(CLAIM), kept);
    }

    Path noModels = Files.createDirectory(folder.resolve("models"));
    AclTable table = AclTable.withRestore();
    try (var servers =
            new SecuredServers(Files.createDirectory(folder.resolve("certificates")), table);
        PlayedChart other = PlayedChart.prepare(noModels, servers.manifests())) {
      servers.open(other.conductor());
      PlayedChart.Images images = other.load(BuiltImages.ARCHIVES);
      Folders.copy(kept, other.conductor().claim(CLAIM));
      other.apply(PlayedChart.render(images, restoring(servers)));
      System.out.println(other.conductor().runNow(PlayedChart.RELEASE, JOB));
      var started = new HashMap<>(servers.values());
      started.put("topics.epoch", EPOCH);
      other.apply(PlayedChart.render(images, started));

      Eventually.holds("the same is known of everybody", () -> known(other).equals(before));
      predicted(other, USERS.getFirst());
      assertThat(
              checks(ledger, new StoreContents(other.places(servers.operator(other.conductor())))))
          .allMatch(Check::held);

      other.apply(PlayedChart.render(images, finishing(servers)));
      System.out.println(other.conductor().runNow(PlayedChart.RELEASE, JOB));
      String log = other.conductor().logOf("kafka-0");
      assertThat(SecuredServers.refused(log)).isEmpty();
      assertThat(unused(table.of(AclTable.RESTORE), SecuredServers.allowed(log)))
          .as("what only older records, and erasures that the other Kafka has, need")
          .containsExactlyInAnyOrder(
              "attune.interaction-events ALTER_CONFIGS",
              "attune.decisions ALTER_CONFIGS",
              "attune.erasures READ");
    }
  }

  private static List<String> unused(List<AclTable.Right> rights, List<String> allowed) {
    return rights.stream()
        .filter(right -> allowed.stream().noneMatch(right::allowed))
        .map(right -> right.name() + " " + right.operation())
        .toList();
  }

  /** No service yet; what the job of backups is told makes it the one of a restore. */
  private static Map<String, Object> restoring(SecuredServers servers) {
    var values = withJob(servers, "restore", "/backup");
    values.put("serviceDefaults.enabled", false);
    return values;
  }

  private static Map<String, Object> finishing(SecuredServers servers) {
    return withJob(servers, "restore", "--finish");
  }

  private static Map<String, Object> withJob(SecuredServers servers, String... arguments) {
    var values = new HashMap<>(servers.restoring());
    values.put("topics.epoch", EPOCH);
    values.put("jobs.backup.claim", CLAIM);
    values.put("jobs.schedules.backup.enabled", true);
    values.put("jobs.schedules.backup.schedule", "0 0 30 2 *");
    for (int i = 0; i < arguments.length; i++) {
      values.put("jobs.schedules.backup.arguments[" + i + "]", arguments[i]);
    }
    return values;
  }

  /** Of a load that has ended, all of which is applied and logged. */
  private static Ledger loaded(PlayedChart chart) throws Exception {
    var contents = new StoreContents(chart.places());
    Ledger ledger;
    try (Load load = Load.on(chart.gatewayUrl(), chart.responsesUrl(), SHAPE, SEED, FIGURES)) {
      load.awaitAccepted(EVENTS);
      load.stopSending();
      ledger = load.ledger();
    }
    Eventually.holds("all is applied, and logged", () -> contents.hasAll(ledger, ledger.shown()));
    return ledger;
  }

  private static List<Check> checks(Ledger ledger, StoreContents contents)
      throws InterruptedException {
    Set<String> users = ledger.lastAccepted().keySet();
    var checker = new LedgerCheck(ledger, contents.storedEvents().of(users));
    List<Check> checks =
        List.of(
            checker.acceptedIsStored(),
            checker.clicksEqualRecount("GET /v1/users/{id}", contents.clicksByApi(users)),
            LedgerCheck.shownIsLogged(ledger.shown(), contents.decisions()));
    checks.forEach(check -> FIGURES.say(check.must() + ": " + check.seen()));
    return checks;
  }

  /** Sends a message of a user, and waits until it is in a prediction. */
  private static void predicted(PlayedChart chart, String user) {
    try (var gateway = new GatewayClient(chart.gatewayUrl(), LocalKeys.WRITE);
        var responses = new ResponsesClient(chart.responsesUrl(), LocalKeys.SECRET)) {
      String token =
          Objects.requireNonNull(
              gateway
                  .send(List.of(Events.messageSent(user, "where is my order")))
                  .tokens()
                  .get(user));
      Eventually.holds(
          user + " is scored",
          () -> responses.prediction(user, token, 1_000).orElseThrow().includes(token));
    }
  }

  private static Map<String, JsonNode> known(PlayedChart chart) {
    Map<String, JsonNode> known =
        USERS.stream()
            .collect(
                Collectors.toMap(
                    user -> user, user -> Users.restorable(chart.responsesUrl(), user)));
    assertThat(known.values()).noneMatch(user -> user.path("probabilities").isEmpty());
    return known;
  }
}
