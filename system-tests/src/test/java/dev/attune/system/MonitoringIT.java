package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelException;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.Part;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Dashboards and alerts ask only for what the services expose; else they are silently empty. */
class MonitoringIT {
  private static final Path ROOT = Checkout.find().root();
  private static final Path FILES = ROOT.resolve("deploy/helm/attune/files");

  /** Prometheus' own, and the labels that it gives whatever it scrapes. */
  private static final Set<String> PROMETHEUS = Set.of("up", "ALERTS");

  private static final Set<String> TARGET = Set.of("namespace", "job", "instance");

  /** What appears with the first event of its kind, a while after it. */
  private static final List<String> CAUSED =
      List.of(
          "attune_ingest_rejected_total",
          "attune_streams_dead_letters_total",
          "attune_segment_size",
          "attune_feature_rows_total",
          "attune_drift_psi");

  /** What only trouble brings, which this test does not make; by where the sources name it. */
  private static final Map<String, String> NOT_CAUSED =
      Map.of(
          // a second model for the shared stack
          "attune_shadow_rows_total", "inference-service:\"attune.shadow.rows\"",
          // a Redis that lost something, or another model
          "attune_refill_profiles_total", "inference-service:\"attune.refill.profiles\"",
          // a Redis that is away
          "reason=store_unavailable", "core:\"store_unavailable\"",
          // a template that fails
          "reason=template_error", "core:\"template_error\"");

  /** Some seconds: what follows a topic from its end misses what came before it did. */
  private static final int LOOKS_PER_CAUSE = 50;

  /** Of a batch. */
  private static final int MOST_EVENTS = 500;

  private final RunningStack stack = RunningStack.shared();
  private final AtomicInteger causes = new AtomicInteger();

  @Test
  void dashboardsAndAlertsAskForWhatTheServicesExpose() throws Exception {
    List<PromQuery> queries = queries();
    personalReply();
    var looks = new AtomicInteger();
    Eventually.holds(
        "what is caused shows",
        () -> {
          if (looks.getAndIncrement() % LOOKS_PER_CAUSE == 0) {
            cause();
          }
          return CAUSED.stream().allMatch(scrape()::has);
        });

    Samples samples = scrape();

    var all = new SoftAssertions();
    for (PromQuery query : queries) {
      all.assertThat(strangers(query, samples)).as(query.text()).isEmpty();
    }
    all.assertAll();
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

  /** Names, labels and values that nothing exposes. */
  private static List<String> strangers(PromQuery query, Samples samples) {
    var strangers = new ArrayList<String>();
    for (PromQuery.Selector selector : query.selectors()) {
      String metric = selector.metric();
      if (isForeign(metric)) {
        continue;
      }
      if (!samples.has(metric)) {
        strangers.add(metric);
        continue;
      }
      selector.labels().stream()
          .filter(label -> !TARGET.contains(label) && !samples.has(metric, label))
          .forEach(label -> strangers.add(metric + " has no label " + label));
      selector
          .values()
          .forEach(
              (label, value) -> {
                boolean known =
                    TARGET.contains(label)
                        || NOT_CAUSED.containsKey(label + "=" + value)
                        || samples.has(metric, label, value);
                if (!known) {
                  strangers.add(metric + " has no " + label + "=" + value);
                }
              });
    }
    query.grouped().stream()
        .filter(label -> !TARGET.contains(label))
        .filter(
            label ->
                query.selectors().stream()
                    .map(PromQuery.Selector::metric)
                    .noneMatch(metric -> isForeign(metric) || samples.has(metric, label)))
        .forEach(label -> strangers.add("by " + label));
    return strangers;
  }

  /** Recording rules are what the file's own expressions make. */
  private static boolean isForeign(String metric) {
    return PROMETHEUS.contains(metric) || NOT_CAUSED.containsKey(metric) || metric.contains(":");
  }

  private Samples scrape() throws ModelException, IOException {
    var texts = new ArrayList<String>();
    for (Part part : List.of(Part.GATEWAY, Part.RESPONSES, Part.INFERENCE, Part.STREAMS)) {
      int port = part.managementPort(stack.settings().ports());
      URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
      texts.add(BoundedHttp.get(uri).body());
    }
    return Samples.of(texts.stream());
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
      assertThat(stack.gateway.send(batch).accepted()).isEqualTo(batch.size());
    }
  }

  /** Of the first message of each customer after the first day, in another simulated past. */
  private List<Duration> agesOfReturningUsers() {
    Path past = stack.settings().home().resolve("other-past.jsonl");
    var spec = SimulationSpec.load(stack.settings().playbook());
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
    assertThat(stack.gateway.send(pages).accepted()).isEqualTo(4);
  }

  private void refusedEvent() {
    String noElement =
        """
        {"eventId":"monitored-1","type":"clicked","userId":"monitored"}""";
    assertThat(stack.gateway.send(List.of(noElement)).rejected()).hasSize(1);
  }

  private void unreadableRecord() {
    Map<String, Object> settings = Map.of("bootstrap.servers", stack.settings().bootstrapServers());
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
      assertThat(stack.gateway.send(visit).accepted()).isEqualTo(4);
    }
    Eventually.holds(
        "somebody gets a personal reply",
        () ->
            users.stream()
                .map(user -> new Question(user, user, "greeting", "en-US", null, 0))
                .anyMatch(question -> stack.responses.ask(question).personalized()));
  }

  private static List<PromQuery> queries() throws IOException {
    var texts = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(FILES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        expressions(new Load(LoadSettings.builder().build()).loadFromString(read(file)), texts);
      }
    }
    assertThat(texts).hasSizeGreaterThan(80);
    return texts.stream().map(PromQuery::of).toList();
  }

  /** Whatever stands under the name that rules and panels share. */
  private static void expressions(Object node, List<String> found) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("expr") instanceof String expression) {
        found.add(expression);
      }
      map.values().forEach(value -> expressions(value, found));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> expressions(value, found));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
