package dev.attune.core.experiment.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.plan.Metric.Kind;
import dev.attune.core.experiment.plan.Metric.Unit;
import dev.attune.core.feature.EventSelector;
import dev.attune.core.yaml.OnlyProblem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.QuickReplyUsed;
import dev.attune.schemas.avro.SessionStarted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code metrics} of {@code experiments.yaml}, as docs/experiments.md describes them. */
class MetricsReaderTest {
  private static final Duration GAP = Duration.ofMinutes(45);

  private static final Map<String, InteractionEvent> EVENTS =
      Map.of(
          "person", event("agent_replied", b -> b.setAgentReplied(new AgentReplied(90.0, false))),
          "robot", event("agent_replied", b -> b.setAgentReplied(new AgentReplied(1.0, true))),
          "csat 5", rated("csat", 5),
          "csat 4", rated("csat", 4),
          "csat 3.9", rated("csat", 3.9),
          "nps 9", rated("nps", 9),
          "press",
              event("quick_reply_used", b -> b.setQuickReplyUsed(new QuickReplyUsed("d", "x"))),
          "write", event("message_sent", b -> b.setMessageSent(new MessageSent("hi", 2))),
          "come", event("session_started", b -> b.setSessionStarted(new SessionStarted(null))));

  private final Problems problems = new Problems();

  /** The table of the documentation: kind, direction, events of the numerator and of the other. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "agent_handling_time | SUM | false | person=90 | -",
        "handoff_rate | ANY | false | person | -",
        "resolution_time | TIME | false | - | -",
        "resolution_rate | SOLVED | true | - | -",
        "csat_mean | MEAN | true | csat 5=5, csat 4=4, csat 3.9=3.9 | -",
        "csat_share | RATE | true | csat 5, csat 4 | csat 5, csat 4, csat 3.9",
        "quick_reply_use | PER_REPLY | true | press | -",
        "messages_per_session | RATE | true | write | come",
        "return_rate | RETURN | true | - | -",
        "csat-share | RATE | true | csat 5, csat 4 | csat 5, csat 4, csat 3.9",
      })
  void builtInMetricsAreWhatTheDocumentationSays(
      String name, Kind kind, boolean higher, @Nullable String of, @Nullable String over) {
    Metric metric = read("{kind: " + name + "}");

    assertThat(metric.name()).isEqualTo("m");
    assertThat(metric.kind()).isEqualTo(kind);
    assertThat(metric.higherIsBetter()).isEqualTo(higher);
    assertThat(metric.window()).isEqualTo(Duration.ofDays(7));
    assertTakes(metric.of(), of);
    assertTakes(metric.over(), over);
    assertThat(problems.list()).isEmpty();
  }

  private static void assertTakes(@Nullable EventSelector selector, @Nullable String expected) {
    if (selector == null || expected == null) {
      assertThat(selector == null).isEqualTo(expected == null);
      return;
    }
    boolean numbers = expected.contains("=");
    assertThat(EVENTS.keySet().stream().filter(e -> selector.accepts(event(e))))
        .map(e -> numbers ? e + "=" + shown(selector.value(event(e))) : e)
        .containsExactlyInAnyOrder(expected.split(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{count: message_sent} | COUNT",
        "{any: message_sent} | ANY",
        "{sum: message_sent.length} | SUM",
        "{mean: message_sent.length} | MEAN",
        "{rate: message_sent, over: session_started} | RATE",
        "{per_reply: message_sent} | PER_REPLY",
        "{quantile: message_sent.length, q: 0.9} | QUANTILE",
        "{kind: custom, count: message_sent} | COUNT",
      })
  void metricsOfOnesOwnTakeTheDocumentedForms(String yaml, Kind kind) {
    Metric metric = read(yaml);

    assertThat(problems.list()).isEmpty();
    assertThat(metric.kind()).isEqualTo(kind);
    assertThat(metric.higherIsBetter()).isTrue();
    assertThat(metric.window()).isEqualTo(Duration.ofDays(7));
    EventSelector of = Objects.requireNonNull(metric.of());
    assertThat(of.accepts(event("write"))).isTrue();
    assertThat(of.accepts(event("press"))).isFalse();
    assertThat(of.value(event("write")))
        .isEqualTo(Double.valueOf(yaml.contains(".length") ? 2 : Double.NaN));
    assertThat(metric.quantile()).isEqualTo(kind == Kind.QUANTILE ? 0.9 : 0.5);
    assertThat(metric.over() != null).isEqualTo(kind == Kind.RATE);
    assertThat(metric.over() == null || metric.over().accepts(event("come"))).isTrue();
  }

  @Test
  void windowDirectionAndTimesCanBeSaid() {
    assertThat(read("{kind: csat_mean, window: 3h, better: lower}"))
        .returns(Duration.ofHours(3), Metric::window)
        .returns(false, Metric::higherIsBetter);
    assertThat(read("{kind: handoff_rate, better: higher}").higherIsBetter()).isTrue();
    assertThat(read("{count: message_sent, window: 3h, better: lower, description: x}"))
        .returns(Duration.ofHours(3), Metric::window)
        .returns(false, Metric::higherIsBetter);
    assertThat(read("{kind: resolution_rate}").within()).isEqualTo(Duration.ofHours(24));
    assertThat(read("{kind: resolution_rate, within: 2h}").within()).isEqualTo(Duration.ofHours(2));
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void aReturnIsToldByTheSessionsGap() {
    assertThat(read("{kind: return_rate}").within()).isEqualTo(GAP);
  }

  @Test
  void theLeastGoodRatingCanBeSaid() {
    EventSelector five = Objects.requireNonNull(read("{kind: csat_share, at_least: 5}").of());

    assertThat(five.accepts(event("csat 5"))).isTrue();
    assertThat(five.accepts(event("csat 4"))).isFalse();
    assertThat(problems.list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{kind: csat_mean, within: 2h} | unknown key `within`",
        "{kind: resolution_rate, at_least: 3} | unknown key `at_least`",
        "{kind: csat_share, within: 2h} | unknown key `within`",
        "{count: message_sent, over: clicked} | unknown key `over`",
        "{count: message_sent, q: 0.9} | unknown key `q`",
        "{quantile: message_sent.length, over: clicked} | unknown key `over`",
        "{rate: message_sent, over: clicked, q: 0.9} | unknown key `q`",
        "{quantile: message_sent.length, q: 0} | `q` must be between 0 and 1",
        "{quantile: message_sent.length, q: 1} | `q` must be between 0 and 1",
        "{window: 2h} | metric `m` needs a `kind`",
        "{kind: custom} | metric `m` needs a `kind`",
        "{count: message_sent, any: message_sent} | exactly one of count, sum, any",
        "{kind: csat_meen} | did you mean `csat_mean`",
        "{kind: csat_mean, better: hihger} | did you mean `higher`",
        "{kind: csat_mean, window: 0s} | a window of no time holds no events",
        "{count: message_snt} | did you mean `message_sent`",
      })
  void saysWhatIsWrongOnce(String yaml, String says) {
    Metric metric = read(yaml);

    assertThat(metric.name()).isEqualTo("m");
    assertThat(OnlyProblem.of(problems)).contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{kind: agent_handling_time} | SECONDS",
        "{kind: resolution_time} | SECONDS",
        "{quantile: agent_replied.responseSeconds where !automated, q: 0.9} | SECONDS",
        "{mean: page_viewed.seconds} | SECONDS",
        "{kind: csat_share} | SHARE",
        "{kind: quick_reply_use} | SHARE",
        "{any: issue_resolved} | SHARE",
        "{kind: csat_mean} | NUMBER",
        "{sum: feedback.score} | NUMBER",
        "{count: message_sent} | NUMBER",
      })
  void knowsTheUnitOfItsValues(String yaml, Unit unit) {
    assertThat(read(yaml).unit()).isEqualTo(unit);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void keepsItsDescription() {
    assertThat(read("{kind: csat_mean, description: stars}").description()).isEqualTo("stars");
    assertThat(read("{count: clicked, description: taps}").description()).isEqualTo("taps");
    assertThat(read("{kind: csat_mean}").description()).isNull();
  }

  @Test
  void metricsKeepTheirOrderAndNames() {
    var node = YamlNode.parse("e", "{b: {count: clicked}, a: {kind: csat_mean}, c: {}}", problems);

    assertThat(new MetricsReader(GAP).read(node).keySet()).containsExactly("b", "a", "c");
  }

  @Test
  void sharesAreOfUsersAndSketchesForWhatSumsDoNotTell() {
    assertThat(kinds(Metric::isShare)).containsExactly(Kind.ANY, Kind.SOLVED, Kind.RETURN);
    assertThat(kinds(Metric::needsSketch)).containsExactly(Kind.TIME, Kind.QUANTILE);
  }

  private static List<Kind> kinds(Predicate<Metric> holds) {
    return List.of(Kind.values()).stream()
        .filter(
            k -> holds.test(new Metric("m", k, GAP, true, GAP, 0.5, null, null, Unit.NUMBER, null)))
        .toList();
  }

  private Metric read(String yaml) {
    return Objects.requireNonNull(
        new MetricsReader(GAP)
            .read(YamlNode.parse("experiments.yaml", "m: " + yaml, problems))
            .get("m"));
  }

  private static String shown(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static InteractionEvent event(String name) {
    return Objects.requireNonNull(EVENTS.get(name));
  }

  private static InteractionEvent rated(String kind, double score) {
    return event("feedback", b -> b.setFeedback(new Feedback(kind, score, null, null)));
  }

  private static InteractionEvent event(String type, Consumer<InteractionEvent.Builder> detail) {
    var builder =
        InteractionEvent.newBuilder()
            .setEventId("v")
            .setType(type)
            .setUserId("u")
            .setOccurredAt(1)
            .setReceivedAt(1);
    detail.accept(builder);
    return builder.build();
  }
}
