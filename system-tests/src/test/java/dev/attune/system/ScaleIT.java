package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.bench.http.Requests;
import dev.attune.bench.ingest.EventRequests;
import dev.attune.bench.responses.ReplyRequests;
import dev.attune.bench.responses.StoredUsers;
import dev.attune.chaos.Check;
import dev.attune.chaos.Progress;
import dev.attune.chaos.ledger.FaultTimes;
import dev.attune.chaos.ledger.Ledger;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.StoreContents;
import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.schemas.Topics;
import dev.attune.system.PlayedChart.Images;
import dev.attune.system.pods.Conductor;
import dev.attune.system.scale.ClosedLoop;
import dev.attune.system.scale.ClosedLoop.InTurns;
import dev.attune.system.scale.Crowd;
import dev.attune.system.scale.Drain;
import dev.attune.system.scale.ScoringLoad;
import dev.attune.system.scale.Throughput;
import dev.attune.system.scale.WatchedPods;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What an instance more brings, where each has the same small part of a processor: so four of them,
 * Kafka, Redis and the load have room on two. What is measured is warm, and has more to do than it
 * can.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the first reads all that is in the topics
class ScaleIT {
  private static final double QUOTA = 0.2;
  private static final String CPU = "200m";

  /** Of the even share, and of one instance's throughput. */
  private static final double TOLERANCE = 0.15;

  /** One, two and four instances divide them evenly. */
  private static final int PARTITIONS = 16;

  /** Processors, as {@code taskset} has them. */
  private static final int LAST = Runtime.getRuntime().availableProcessors() - 1;

  private static final String FIRST = "0";
  private static final String OTHERS = Math.min(1, LAST) + "-" + LAST;
  private static final String ALL = "0-" + LAST;

  /** A pod's quota in one of the kernel's periods of 100 ms. */
  private static final String TURN_NANOS = "20000000";

  private static final String STREAMS = "shop-attune-streams";

  /**
   * An instance's part of a backlog: applied until it is warm, while it is measured, and in all.
   */
  private static final int WARM = 8_000;

  private static final int MEASURED = 22_000;
  private static final int BACKLOG = 28_000;
  private static final int USERS = 5_000;

  private static final int STORED = 1_000;

  private static final LoadShape SHAPE = new LoadShape(8, 3, Duration.ofMillis(120), 200, 8);
  private static final int BETWEEN = 2_000;
  private static final long SEED = 20260107;

  private static final Progress FIGURES = new PrintedProgress();

  private static @Nullable PlayedChart chart;
  private static @Nullable Images images;

  @BeforeAll
  static void install() throws Exception {
    PlayedChart.assumeItRunsHere();
    chart = PlayedChart.prepare(PlayedChart.benchModels());
    images = chart.load(BuiltImages.ARCHIVES);
    // makes the topics
    apply(streams("attune-feature-streams", 4, 1));
  }

  @AfterAll
  static void uninstall() {
    if (chart != null) {
      chart.close();
      give(ALL, ProcessHandle.current().pid());
    }
  }

  @Test
  @Order(1)
  void whatALostInstanceHadIsTakenOverWithoutLoss() throws Exception {
    PlayedChart played = played();
    StoreContents contents = new StoreContents(played.places());
    try (Load load = Load.on(played.gatewayUrl(), played.responsesUrl(), SHAPE, SEED, FIGURES);
        KafkaAdmin kafka = kafka()) {
      load.awaitAccepted(BETWEEN);
      conductor().lose(STREAMS, STREAMS + "-3");
      long lost = System.nanoTime();
      Map<TopicPartition, Long> then = kafka.end(Topics.standard().interactionEvents());
      Eventually.holds("others go on in all partitions", () -> areBehind(kafka, then));
      FIGURES.say(
          "took over within " + Duration.ofNanos(System.nanoTime() - lost).toMillis() + " ms");
      load.awaitAccepted(BETWEEN);
      load.stopSending();

      Ledger ledger = load.ledger();
      Set<String> shown = ledger.shown();
      Eventually.holds("all is applied, and logged", () -> contents.hasAll(ledger, shown));
      List<Check> checks = contents.evidence(ledger, new FaultTimes(), shown).checks();
      checks.forEach(check -> FIGURES.say(check.must() + ": " + check.seen()));
      assertThat(checks).allMatch(Check::held);
      assertThat(conductor().pods(STREAMS)).hasSize(3);
      assertThat(conductor().restarted()).isEmpty();
    }
  }

  /** What had come by then is committed as applied. */
  private static boolean areBehind(KafkaAdmin kafka, Map<TopicPartition, Long> then) {
    Map<TopicPartition, Long> committed = kafka.committed("attune-feature-streams");
    return then.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  @Test
  @Order(2)
  void instancesOfStreamsShareTheWorkAndEachBringsAsMuch() throws Exception {
    Throughput one = drained(1);
    Throughput two = drained(2);
    Throughput four = drained(4);

    assertThat(List.of(two, four))
        .allSatisfy(more -> assertThat(more.unevenness()).isLessThanOrEqualTo(TOLERANCE))
        .allSatisfy(more -> scalesLike(one, more));
  }

  private static Throughput drained(int instances) throws Exception {
    String application = "scale-" + instances;
    Map<String, Object> values = streams(application, instances, 0);
    values.put("services.streams.enabled", false);
    apply(values);
    try (KafkaAdmin kafka = kafka()) {
      // it leaves the others' events alone
      kafka.move(application, kafka.end(Topics.standard().interactionEvents()));
      values.put("services.streams.enabled", true);
      apply(values);
      WatchedPods pods = pods("streams", 7174, "attune_streams_events_total");
      Drain drain = new Drain(played().gatewayUrl(), kafka, pods, QUOTA);
      Throughput measured =
          said(
              drain.part(
                  application,
                  Crowd.even(application, instances * USERS),
                  instances * BACKLOG,
                  instances * WARM,
                  instances * MEASURED));
      if (instances == 4) {
        skewed(drain);
      }
      assertThat(conductor().restarted()).isEmpty();
      return measured;
    }
  }

  /** Figures without a goal: how far the busiest instance holds the others up. */
  private static void skewed(Drain drain) throws InterruptedException {
    int users = 4 * USERS;
    var crowds = new LinkedHashMap<String, Crowd>();
    crowds.put("even", Crowd.even("even", users));
    crowds.put("zipf", Crowd.zipf("zipf", users, 1.2));
    crowds.put("celebrity", Crowd.celebrity("star", users, 0.2));
    for (var crowd : crowds.entrySet()) {
      Throughput all = said(drain.all(crowd.getKey(), crowd.getValue(), 2 * BACKLOG));
      FIGURES.say("  the busiest instance did %.0f %%".formatted(100 * all.largestShare()));
    }
  }

  @Test
  @Order(3)
  void twoOfEachOtherServiceShareTheWorkAndEachBringsAsMuch() throws Exception {
    StoredUsers.write(played().places().redis().getFirst(), PlayedChart.PLAYBOOK, 0, STORED);
    applyTwoOfEach();
    giveProcessors();
    List<Measured> measured =
        List.of(
            http(
                7070,
                () -> EventRequests.of(1),
                pods("gateway", 7170, "attune_ingest_accepted_events_total")),
            http(
                7071,
                () -> new ReplyRequests(STORED, false),
                pods("responses", 7171, "attune_replies_total")),
            scoring(pods("inference", 7172, "attune_scoring_calls_total")));
    for (Measured figures : measured) {
      FIGURES.say(figures.direct().one().toString());
      FIGURES.say(figures.direct().all().toString());
      FIGURES.say("  divided: " + figures.divided());
    }

    assertThat(conductor().restarted()).isEmpty();
    assertThat(measured)
        .allSatisfy(
            figures -> assertThat(figures.divided().unevenness()).isLessThanOrEqualTo(TOLERANCE))
        .allSatisfy(figures -> scalesLike(figures.direct().one(), figures.direct().all()));
  }

  /**
   * What a service's pods did.
   *
   * @param direct one of them and all, over connections of their own: a Service between would
   *     change how requests arrive
   * @param divided all, by whoever divides the work among them
   */
  private record Measured(InTurns direct, Throughput divided) {}

  private static void applyTwoOfEach() throws Exception {
    var values = new HashMap<String, Object>();
    values.put("services.streams.enabled", false);
    for (String service : List.of("gateway", "responses", "inference")) {
      values.put("services." + service + ".replicas", 2);
      values.put("services." + service + ".resources.limits.cpu", CPU);
    }
    // one client stands for many, and a throttled process stands still for longer than 20 ms
    for (String rate : List.of("PERKEY", "PERUSER", "NEWUSERS")) {
      values.put("services.gateway.env.ATTUNE_RATES_" + rate, 0);
    }
    values.put("services.responses.env.ATTUNE_STORE_READBUDGET", "2s");
    values.put("services.responses.env.ATTUNE_STORE_LOOKUPBUDGET", "2s");
    values.put("services.inference.env.ATTUNE_REDIS_TIMEOUT", "10s");
    apply(values);
  }

  /**
   * The first processor to the measured services, the others to all that works for them and asks
   * them: more of that changes nothing in what a request costs a service.
   */
  private static void giveProcessors() {
    for (String service : List.of("gateway", "responses", "inference")) {
      for (String pod : conductor().pods("shop-attune-" + service)) {
        give(FIRST, processOf(pod));
        inLongTurns(processOf(pod));
      }
    }
    List.of("kafka-0", "registry-0", "redis-0").forEach(pod -> give(OTHERS, processOf(pod)));
    give(OTHERS, ProcessHandle.current().pid());
  }

  private static long processOf(String pod) {
    return conductor().processOf(pod);
  }

  /** All threads that it has; those that it begins later take after them. */
  private static void give(String processors, long process) {
    done("taskset", "-a", "-c", "-p", processors, String.valueOf(process));
  }

  /**
   * Until its quota is used up. Two that take short turns on a processor cost a fifth more each,
   * most likely since its caches are full of the other's data; on processors of their own they do
   * not.
   */
  private static void inLongTurns(long process) {
    done("chrt", "-a", "--batch", "-T", TURN_NANOS, "-p", "0", String.valueOf(process));
  }

  private static void done(String... command) {
    Shell.Result done = Shell.run(List.of(command));
    assertThat(done.exit()).as(done.output()).isZero();
  }

  private static Measured http(int port, Supplier<Requests> requests, WatchedPods pods)
      throws InterruptedException {
    List<ClosedLoop> direct = new ArrayList<>();
    for (String pod : pods.pods()) {
      var address = new InetSocketAddress(conductor().addressOf(pod), port);
      direct.add(ClosedLoop.http(address, 1, requests.get()));
    }
    InTurns inTurns =
        ClosedLoop.inTurns(direct.getFirst(), ClosedLoop.together(direct), pods, QUOTA);
    var service = new InetSocketAddress(Conductor.address(), port);
    ClosedLoop divided = ClosedLoop.http(service, direct.size(), requests.get());
    return new Measured(inTurns, divided.measured(pods, QUOTA));
  }

  /** The caller of inference-service divides its calls itself. */
  private static Measured scoring(WatchedPods pods) throws InterruptedException {
    try (var one = scoring(pods.first().pods());
        var all = scoring(pods.pods())) {
      InTurns inTurns = ClosedLoop.inTurns(one::run, all::run, pods, QUOTA);
      return new Measured(inTurns, inTurns.all());
    }
  }

  private static ScoringLoad scoring(List<String> pods) {
    List<String> addresses =
        pods.stream().map(pod -> conductor().addressOf(pod) + ":7073").toList();
    return new ScoringLoad(
        addresses, PlayedChart.INFERENCE_SECRET, Playbook.load(PlayedChart.PLAYBOOK).features());
  }

  private static WatchedPods pods(String service, int management, String metric) {
    return WatchedPods.of(conductor(), "shop-attune-" + service, management, metric);
  }

  /** More is fine: each instance keeps fewer partitions, which take a little without any event. */
  private static void scalesLike(Throughput one, Throughput more) {
    assertThat(more.perQuotaSecond())
        .as("%s beside %s", more, one)
        .isGreaterThanOrEqualTo((1 - TOLERANCE) * one.perQuotaSecond());
  }

  private static Throughput said(Throughput figure) {
    FIGURES.say(figure.toString());
    return figure;
  }

  private static Map<String, Object> streams(String application, int replicas, int standbys) {
    var values = new HashMap<String, Object>();
    values.put("services.streams.replicas", replicas);
    values.put("services.streams.resources.limits.cpu", CPU);
    values.put("services.streams.env.ATTUNE_STREAMS_APPLICATION_ID", application);
    values.put("services.streams.env.ATTUNE_STREAMS_THREADS", 1);
    values.put("services.streams.env.ATTUNE_STREAMS_STANDBYS", standbys);
    return values;
  }

  private static void apply(Map<String, Object> values) throws Exception {
    var all = new HashMap<>(values);
    all.put("topics.partitions", PARTITIONS);
    played().apply(PlayedChart.render(Objects.requireNonNull(images), all));
  }

  private static KafkaAdmin kafka() {
    return new KafkaAdmin(played().places().kafka());
  }

  private static Conductor conductor() {
    return played().conductor();
  }

  private static PlayedChart played() {
    return Objects.requireNonNull(chart);
  }
}
