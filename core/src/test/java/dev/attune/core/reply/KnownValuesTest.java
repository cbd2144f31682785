package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.user.SessionPolicy;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What conditions and texts know of a request, and that a record holds all of it. */
class KnownValuesTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:30:00Z");
  private static final FeatureSet FEATURES =
      FeatureSet.parse(
          YamlNode.parse(
              "features.yaml",
              """
              features:
                clicks: {count: clicked, window: 1h}
                page: {last: page_viewed.page, window: 1h}
                mood: {last: page_viewed.page, window: 2h}
                messages: {count: message_sent, window: 1h}
              """,
              new Problems()));
  private static final FeatureVector VECTOR =
      FeatureNames.vector(Map.of("clicks", 3, "page", "cart", "messages", 8.25), FEATURES);

  @Test
  void namedValuesAndAVectorAreTheSame() {
    assertThat(VECTOR.getNumbers()).containsExactly(3.0, 8.25);
    assertThat(VECTOR.getCategories()).containsExactly("cart", null);
    assertThat(FeatureNames.of(VECTOR, FEATURES))
        .containsEntry("clicks", 3.0)
        .containsEntry("page", "cart")
        .containsEntry("messages", 8.25);
    assertThat(FeatureNames.vector(FeatureNames.of(VECTOR, FEATURES), FEATURES)).isEqualTo(VECTOR);
    assertThat(FeatureNames.vector(Map.of("clicks", "three"), FEATURES).getNumbers())
        .containsExactly(Double.NaN, Double.NaN);
    FeatureVector other = new FeatureVector("other", List.of(1.0), List.of(), List.of(), null);
    assertThat(FeatureNames.of(other, FEATURES)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slot == \"greeting\" | true",
        "locale == \"es-MX\" | true",
        "hour == 21 | true",
        "intent.label == \"refund\" | true",
        "intent.probability > 0.74 && intent.probability < 0.76 | true",
        "probabilities[\"other\"] == 0.25 | true",
        "'\"vip\" in segments' | true",
        "features.clicks == 3 | true",
        "features.messages > 8.2 | true",
        "features.page == \"cart\" | true",
        "features.mood == \"cart\" | false",
        "variables.parcels >= 2 | true",
        "variables.due == \"2026-01-02\" | true",
        "variables.name == \"Ada\" | true",
        "experiment == \"e\" && variant == \"b\" | true",
        "variant == \"a\" | false",
      })
  void conditionsSeeTheRequestAndThePrediction(String when, boolean holds) {
    Reply reply = reply(engine(when, "yes"), VECTOR);

    assertThat(reply.reason()).isEqualTo(holds ? "rule:r" : "default");
  }

  /** The order of another feature set's columns is not known. */
  @Test
  void aVectorOfAnotherFeatureSetTellsNothing() {
    FeatureVector other =
        new FeatureVector(
            "other", List.of(3.0, 8.25), Collections.nCopies(2, "cart"), List.of(), null);

    assertThat(reply(engine("features.clicks == 3", "yes"), other).reason()).isEqualTo("default");
    assertThat(reply(engine("true", "{{features.clicks}}"), other).reason())
        .isEqualTo("template_error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{features.clicks}} and {{features.messages}} | 3 and 8.25",
        "on {{features.page}} | on cart",
        "{{intent.label}} {{intent.probability}} | refund 0.75",
        "{{locale}} | es-MX",
        "{{#segments.vip}}dear {{/segments.vip}}{{name}} | dear Ada",
        "{{^segments.upset}}calm{{/segments.upset}} | calm",
        "{{parcels}} by {{due}} | 2 by January 2, 2026",
        "{{#message}}{parcels, plural, one {#} other {# parcels}}{{/message}} | 2 parcels",
        "{{#message}}{features_page} {intent_label}{{/message}} | cart refund",
        "{{#nothing}}x{{/nothing}}none | none",
      })
  void textsSeeTheSame(String text, String expected) {
    assertThat(reply(engine("true", text), VECTOR).message().text()).isEqualTo(expected);
  }

  @Test
  void aTextThatNeedsWhatIsNotKnownIsNotSaid() {
    assertThat(reply(engine("true", "on {{features.mood}}"), VECTOR).reason())
        .isEqualTo("template_error");
    assertThat(reply(engine("true", "{{#message}}{features_mood}{{/message}}"), VECTOR).reason())
        .isEqualTo("template_error");
  }

  @Test
  void thePredictionsAgeAndPlaceAreTold() {
    Reply reply = reply(engine("true", "yes"), VECTOR);

    assertThat(reply.freshness()).isEqualTo(new Reply.Freshness("3-1523", true, 400));
    assertThat(reply.variables())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("parcels", "2", "due", "2026-01-02", "name", "Ada"));
  }

  @Test
  void aPredictionIsStaleOnlyWhenOlderThanAllowed() {
    ReplyEngine engine = engine("true", "yes");
    for (long more : new long[] {0, 1}) {
      long received = NOON.minus(Duration.ofHours(24)).toEpochMilli() - more;
      var known = new PredictionLookup.Held(prediction(VECTOR, received));

      assertThat(engine.reply(request(null, null), known, true, NOON).reason())
          .isEqualTo(more == 0 ? "rule:r" : "stale");
    }
  }

  /** A clock that is behind makes no prediction younger than new. */
  @Test
  void ofAnEventFromTheFutureTheAgeIsZero() {
    var known = new PredictionLookup.Held(prediction(VECTOR, NOON.toEpochMilli() + 5_000));
    Reply reply = engine("true", "yes").reply(request(null, null), known, true, NOON);

    assertThat(reply.freshness()).isEqualTo(new Reply.Freshness("3-1523", true, 0));
  }

  @Test
  void aRecordAloneMakesTheSameReply() {
    ReplyEngine engine = engine("features.clicks == 3", "{{name}} {{locale}} {{due}}");
    List<PredictionLookup> answers =
        List.of(
            new PredictionLookup.Unavailable(),
            new PredictionLookup.Nothing(),
            new PredictionLookup.Held(prediction(VECTOR, NOON.toEpochMilli() - 400)),
            new PredictionLookup.Held(prediction(VECTOR, 0)));
    List<String> reasons = new ArrayList<>();
    for (PredictionLookup answer : answers) {
      for (TextFormat format : new TextFormat[] {null, TextFormat.HTML}) {
        for (List<Double> weights : List.of(List.of(1.0, 0.0), List.of(0.0, 1.0))) {
          for (boolean loggable : new boolean[] {true, false}) {
            ReplyRequest request = request(format, format == null ? null : ZoneId.of("Asia/Tokyo"));
            Reply reply = engine.reply(request, answer, loggable, NOON, Map.of("e", weights));

            Reply again = ReplyRerun.of(record(request, reply), engine);

            assertThat(again.message()).isEqualTo(reply.message());
            assertThat(again.reason()).isEqualTo(reply.reason());
            assertThat(again.assignment()).isEqualTo(reply.assignment());
            assertThat(again.freshness()).isEqualTo(reply.freshness());
            assertThat(again.variables()).isEqualTo(reply.variables());
            reasons.add(reply.reason());
          }
        }
      }
    }
    assertThat(reasons)
        .contains("store_unavailable", "no_prediction", "stale", "log_full", "rule:r");
  }

  /** With the weights of today the user would be in the other arm. */
  @Test
  void aRecordKeepsTheArmOfItsTime() {
    ReplyEngine engine = engine("true", "yes");
    var known = new PredictionLookup.Held(prediction(VECTOR, NOON.toEpochMilli()));
    Reply reply =
        engine.reply(request(null, null), known, true, NOON, Map.of("e", List.of(1.0, 0.0)));
    Decision record = record(request(null, null), reply);
    record.setArmWeights(List.of());

    Reply again = ReplyRerun.of(record, engine);

    StoredPrediction kept = Objects.requireNonNull(again.prediction());
    assertThat(Objects.requireNonNull(again.assignment()).variant()).isEqualTo("a");
    assertThat(kept.getModelVersion()).isEqualTo("2026-01-02.1");
    assertThat(kept.getSegments()).containsExactly("vip");
    assertThat(kept.getTextScores()).containsExactly(0.5f);
  }

  private static Decision record(ReplyRequest request, Reply reply) {
    Decision.Builder record =
        Decision.newBuilder()
            .setDecisionId("d")
            .setUserId(request.userId())
            .setSessionId(request.sessionId())
            .setSlot(request.slot())
            .setDecidedAt(NOON.toEpochMilli())
            .setPersonalized(reply.personalized())
            .setReason(reply.reason())
            .setTemplateId(reply.message().templateId())
            .setText(reply.message().text())
            .setWantedLocale(request.locale())
            .setFormat(format(request.format()))
            .setTimezone(request.zone() == null ? null : request.zone().getId())
            .setVariables(reply.variables());
    if (reply.assignment() != null) {
      record
          .setExperiment(reply.assignment().experiment())
          .setVariant(reply.assignment().variant())
          .setArmWeights(reply.assignment().weights());
    }
    StoredPrediction known = reply.prediction();
    if (known != null && reply.freshness() != null) {
      record
          .setModelName(known.getModelName())
          .setModelVersion(known.getModelVersion())
          .setProbabilities(known.getProbabilities())
          .setVector(known.getVector())
          .setSegments(known.getSegments())
          .setTextScores(known.getTextScores())
          .setEventToken(reply.freshness().eventToken())
          .setAgeMs(reply.freshness().ageMs());
    }
    return record.build();
  }

  private static @Nullable String format(@Nullable TextFormat format) {
    return format == null ? null : format.name().toLowerCase(Locale.ROOT);
  }

  private static Reply reply(ReplyEngine engine, FeatureVector vector) {
    var known = new PredictionLookup.Held(prediction(vector, NOON.toEpochMilli() - 400));
    Map<String, List<Double>> toB = Map.of("e", List.of(0.0, 1.0));
    return engine.reply(request(null, ZoneId.of("Asia/Tokyo")), known, true, NOON, toB);
  }

  private static ReplyRequest request(@Nullable TextFormat format, @Nullable ZoneId zone) {
    Map<String, String> variables = new HashMap<>();
    variables.put("parcels", "2");
    variables.put("due", "2026-01-02");
    variables.put("name", "Ada");
    return new ReplyRequest("u", "s", "greeting", "es-MX", variables, format, zone, null);
  }

  private static StoredPrediction prediction(FeatureVector vector, long receivedAt) {
    StoredPrediction prediction = ReplyBooks.prediction("refund", 0.75, receivedAt, "vip");
    prediction.setVector(vector);
    prediction.setTextScores(List.of(0.5f));
    return prediction;
  }

  private static ReplyEngine engine(String when, String text) {
    Problems problems = new Problems();
    String yaml =
        """
        locales: [en]
        variables:
          parcels: {type: number}
          due: {type: date}
          name: {}
          nothing: {}
        slots:
          greeting:
            generic: {text: Hi}
            rules:
              - name: r
                when: |
                  WHEN
                text: |
                  TEXT
        """
            .replace("WHEN", when)
            .replace("TEXT", text);
    var segments =
        dev.attune.core.segment.SegmentSet.parse(
            YamlNode.parse(
                "segments.yaml",
                "segments: {vip: {enter: 'true'}, upset: {enter: 'true'}}",
                problems),
            FEATURES);
    ReplyBook book =
        ReplyBook.parse(YamlNode.parse("responses.yaml", yaml, problems), FEATURES, segments);
    Experiments experiments =
        Experiments.parse(
            YamlNode.parse(
                "experiments.yaml",
                "experiments: [{id: e, variants: [{name: a}, {name: b}]}]",
                problems),
            book.slotNames(),
            book.expressions(),
            FEATURES,
            SessionPolicy.STANDARD.gap());
    problems.throwIfAny();
    return new ReplyEngine(book, experiments, FEATURES, Duration.ofHours(24));
  }
}
