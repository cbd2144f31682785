package dev.attune.system;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A real Prometheus reads the shared stack: dashboards and alerts ask for what services expose.
 * Else they would be empty, and nobody would see why.
 */
class MonitoringIT {
  private static final Path ROOT = Checkout.find().root();

  /** What only trouble brings, which this test does not make; by where the sources name it. */
  private static final Map<String, String> NOT_CAUSED =
      Map.of(
          // a second model for the shared stack
          "attune_shadow_rows_total", "inference-service:\"attune.shadow.rows\"",
          // a Redis that lost something, or another model
          "attune_refill_profiles_total", "inference-service:\"attune.refill.profiles\"",
          // a Redis that is away
          "reason=\"store_unavailable\"", "core:\"store_unavailable\"",
          // a template that fails
          "reason=\"template_error\"", "core:\"template_error\"",
          // a service that can't serve, which the rules record as shares
          "_failed:ratio_rate", "http:retryable(503");

  /** Of kube-state-metrics, which only a cluster has. */
  private static final String OF_KUBERNETES = "kube_cronjob_";

  /** Some seconds: what follows a topic from its end misses what came before it did. */
  private static final int LOOKS_PER_CAUSE = 50;

  /** Of a batch. */
  private static final int MOST_EVENTS = 500;

  private static final RunningStack STACK = RunningStack.shared();
  private static final StackSettings SETTINGS = STACK.settings().with(Part.PROMETHEUS);
  private static final LocalStack MONITORED = new LocalStack(SETTINGS, StackListener.SILENT);
  private static final PrometheusClient PROMETHEUS = new PrometheusClient(SETTINGS.metricsUrl());

  private final AtomicInteger causes = new AtomicInteger();

  @BeforeAll
  static void start() {
    assumeTrue(
        SETTINGS.checkout().prometheus().isPresent(),
        "Prometheus is not here; ./attune up --metrics fetches it");
    MONITORED.up(Part.PROMETHEUS);
  }

  @AfterAll
  static void stop() {
    MONITORED.stop(Part.PROMETHEUS);
  }

  @Test
  void dashboardsAndAlertsAskForWhatTheServicesExpose() throws Exception {
    List<MonitoringQuery> empty = new ArrayList<>(MonitoringQuery.all());
    assertThat(empty).hasSizeGreaterThan(120);
    for (MonitoringQuery query : empty) {
      var unused = query.hasValue(PROMETHEUS); // which takes it, be it empty
    }
    empty.removeIf(query -> query.text().contains(OF_KUBERNETES));
    empty.removeIf(query -> NOT_CAUSED.keySet().stream().anyMatch(query.text()::contains));
    personalReply();
    var looks = new AtomicInteger();

    await("every query has a value")
        .atMost(Eventually.DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              if (looks.getAndIncrement() % LOOKS_PER_CAUSE == 0) {
                cause();
              }
              for (MonitoringQuery query : List.copyOf(empty)) {
                if (query.hasValue(PROMETHEUS)) {
                  empty.remove(query);
                }
              }
              assertThat(empty).isEmpty();
            });
  }

  @Test
  void everyServiceIsScraped() {
    Eventually.holds(
        "all answer",
        () ->
            PROMETHEUS.query("up == 1").stream()
                .map(series -> series.path("metric").path("job").asString())
                .collect(toSet())
                .equals(
                    Set.of(
                        "attune-gateway",
                        "attune-responses",
                        "attune-inference",
                        "attune-streams",
                        "attune-console")));
  }

  /** Kubernetes would ask so for pods; this stack has none, but the services that scale by it. */
  @Test
  void theRuleOfTheAdapterTellsHowManyRequestsAreAnswered() throws IOException {
    String guide = read(ROOT.resolve("deploy/README.md"));
    String series = written(guide, "seriesQuery: '(\\w+)\\{");
    String query =
        written(guide, "metricsQuery: (.+)")
            .replace("<<.Series>>", series)
            .replace("<<.LabelMatchers>>", "job=~\"attune-(gateway|responses)\"")
            .replace("<<.GroupBy>>", "job");

    assertThat(read(ROOT.resolve("deploy/helm/attune/templates/services.yaml")))
        .contains("name: " + series);
    Eventually.holds("both have a value", () -> PROMETHEUS.query(query).size() == 2);
  }

  private static String written(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }

  @Test
  void everyRuleIsJudged() throws IOException {
    Eventually.holds(
        "each was judged",
        () -> PROMETHEUS.rules().stream().noneMatch(rule -> health(rule).equals("unknown")));

    assertThat(PROMETHEUS.rules())
        .hasSizeGreaterThan(30)
        .allSatisfy(rule -> assertThat(health(rule)).as(rule.toString()).isEqualTo("ok"));
  }

  private static String health(JsonNode rule) {
    return rule.path("health").asString();
  }

  @Test
  void whatIsNotCausedStandsInTheSources() throws IOException {
    for (String place : NOT_CAUSED.values()) {
      String[] parts = place.split(":", 2);
      try (Stream<Path> sources = Files.walk(ROOT.resolve(parts[0]).resolve("src/main/java"))) {
        assertThat(sources.filter(Files::isRegularFile))
            .as(place)
            .anyMatch(source -> read(source).contains(parts[1]));
      }
    }
  }

  private void cause() {
    messages();
    visit("monitored");
    refusedEvent();
    unreadableRecord();
  }

  /**
   * Drift is told of users as old as those of the training, from some hundreds on. These came days
   * ago, as the training's did; each cause brings others.
   */
  private void messages() {
    List<Duration> ages = agesOfReturningUsers();
    int cause = causes.getAndIncrement();
    Instant now = Instant.now();
    List<String> events = new ArrayList<>();
    for (int n = 0; n < ages.size(); n++) {
      String user = "drift-" + cause + "-" + n;
      events.add(
          Events.past(
              "web", user, "page_viewed", now.minus(ages.get(n)), "{\"page\":\"/orders\"}"));
      events.add(Events.past("web", user, "message_sent", now, "{\"text\":\"where is my order\"}"));
    }
    for (int at = 0; at < events.size(); at += MOST_EVENTS) {
      List<String> batch = events.subList(at, Math.min(events.size(), at + MOST_EVENTS));
      assertThat(STACK.gateway.send(batch).accepted()).isEqualTo(batch.size());
    }
  }

  /** Of the first message of each customer after the first day, in another simulated past. */
  private List<Duration> agesOfReturningUsers() {
    Path past = STACK.settings().home().resolve("other-past.jsonl");
    var spec = SimulationSpec.load(STACK.settings().playbook());
    PastWorld.write(spec, 7, Instant.now(), past);
    Map<String, Long> first = new HashMap<>();
    Map<String, Duration> ages = new TreeMap<>();
    EventJson json = EventJson.standard();
    for (String line : read(past).lines().toList()) {
      InteractionEvent event = ((ParsedEvent.Valid) json.readLine(line)).event();
      long at = event.getOccurredAt();
      long since = at - first.computeIfAbsent(event.getUserId(), user -> at);
      if (event.getType().equals("message_sent")
          && since >= Duration.ofDays(1).toMillis()
          && since < Duration.ofDays(7).toMillis()) {
        ages.putIfAbsent(event.getUserId(), Duration.ofMillis(since));
      }
    }
    return List.copyOf(ages.values());
  }

  /** Enough pages for a segment. */
  private void visit(String user) {
    List<String> pages =
        IntStream.range(0, 4).mapToObj(n -> Events.pageViewed(user, "/orders/" + n)).toList();
    assertThat(STACK.gateway.send(pages).accepted()).isEqualTo(4);
  }

  private void refusedEvent() {
    String noElement =
        """
        {"eventId":"monitored-1","type":"clicked","userId":"monitored"}""";
    assertThat(STACK.gateway.send(List.of(noElement)).rejected()).hasSize(1);
  }

  private void unreadableRecord() {
    Map<String, Object> settings = Map.of("bootstrap.servers", STACK.settings().bootstrapServers());
    byte[] junk = {(byte) 0xff, 1};
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused =
          producer.send(new ProducerRecord<>(Topics.standard().interactionEvents(), junk, junk));
    }
  }

  /** Half of the users are in the experiment's control group, so several are asked for. */
  private void personalReply() {
    List<String> users = IntStream.range(0, 16).mapToObj(n -> "shopper-" + n).toList();
    for (String user : users) {
      List<String> visit =
          List.of(
              Events.pageViewed(user, "/orders"),
              Events.pageViewed(user, "/orders/track"),
              Events.clicked(user, "track-order"),
              Events.messageSent(user, "where is my order, it has not arrived yet"));
      assertThat(STACK.gateway.send(visit).accepted()).isEqualTo(4);
    }
    Eventually.holds(
        "somebody gets a personal reply",
        () ->
            users.stream()
                .map(user -> new Question(user, user, "greeting", "en-US", null, 0))
                .anyMatch(question -> STACK.responses.ask(question).personalized()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
