package dev.attune.core.reply;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Instant;
import java.time.ZoneId;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known in one request: the values that {@link ConditionVariables} and texts look at.
 * Without a prediction nothing is known of intent, features and segments. Owned by one thread.
 */
final class ReplyContext {
  private final ReplyRequest request;
  private final @Nullable StoredPrediction prediction;
  private final FeatureSet set;
  private final Map<String, String> variables;
  private final Map<String, Object> typed;
  private final ZoneId zone;
  private final String locale;
  private final Instant now;
  private @Nullable Assignment arm;

  ReplyContext(
      ReplyRequest request,
      @Nullable StoredPrediction prediction,
      FeatureSet set,
      ReplyBook book,
      Instant now) {
    this.request = request;
    this.prediction = prediction;
    this.set = set;
    this.variables = book.declared(request.variables());
    this.locale = request.locale() == null ? book.defaultLocale() : request.locale();
    this.zone = request.zone() == null ? book.zone() : request.zone();
    this.typed = book.typed(variables, zone);
    this.now = now;
  }

  /**
   * @param found null: the user is in no experiment
   */
  void assign(@Nullable Assignment found) {
    arm = found;
  }

  ReplyRequest request() {
    return request;
  }

  @Nullable StoredPrediction prediction() {
    return prediction;
  }

  /** Null also while it is being found out. */
  @Nullable Assignment arm() {
    return arm;
  }

  String locale() {
    return locale;
  }

  ZoneId zone() {
    return zone;
  }

  double hour() {
    return now.atZone(zone).getHour();
  }

  /** The request's variables that are declared, as texts. */
  Map<String, String> variables() {
    return variables;
  }

  /** As conditions see it: a date is compared as the text that it came as. */
  @Nullable Object variable(String name) {
    Object value = typed.get(name);
    return value instanceof Instant ? variables.get(name) : value;
  }

  @Nullable LabelProbability intent() {
    return prediction == null || prediction.getProbabilities().isEmpty()
        ? null
        : prediction.getProbabilities().getFirst();
  }

  Map<String, Object> probabilities() {
    Map<String, Object> probabilities = new HashMap<>();
    if (prediction != null) {
      for (LabelProbability each : prediction.getProbabilities()) {
        probabilities.put(each.getLabel(), (double) each.getProbability());
      }
    }
    return probabilities;
  }

  List<String> segments() {
    return prediction == null ? List.of() : prediction.getSegments();
  }

  /** Null too when another feature set made the vector, since its order is then unknown. */
  @Nullable Object feature(FeatureColumn column) {
    FeatureVector vector = prediction == null ? null : prediction.getVector();
    if (vector == null || !vector.getFeatureSetId().equals(set.id())) {
      return null;
    }
    return switch (column.kind()) {
      case NUMBER -> vector.getNumbers().get(column.index());
      case CATEGORY -> vector.getCategories().get(column.index());
      case TOKENS -> null;
    };
  }

  /** What a text is filled with; the names are those of {@link TemplateNames}. */
  Map<String, Object> textValues() {
    Map<String, Object> values = new HashMap<>(typed);
    values.put("locale", locale);
    LabelProbability top = intent();
    if (top != null) {
      values.put(
          "intent", Map.of("label", top.getLabel(), "probability", (double) top.getProbability()));
    }
    values.put("features", new NamedFeatures());
    Map<String, Object> in = new HashMap<>();
    segments().forEach(segment -> in.put(segment, true));
    values.put("segments", in);
    return values;
  }

  /** Milliseconds since the prediction's event was received. */
  long age(StoredPrediction held) {
    return Math.max(0, now.toEpochMilli() - held.getReceivedAt());
  }

  /** The answer to this request. */
  Reply reply(Reply.Message message, String reason, @Nullable String rule) {
    Reply.Freshness freshness = prediction == null ? null : freshness(prediction);
    return new Reply(message, reason, rule, arm, prediction, variables, freshness);
  }

  private Reply.Freshness freshness(StoredPrediction held) {
    Position position = new Position(held.getEpoch(), held.getPartition(), held.getOffset());
    Position after = request.after();
    boolean caughtUp = after == null || !after.isAfter(position);
    return new Reply.Freshness(position.token(), caughtUp, age(held));
  }

  /** The features that have a value. Most texts name none, so the first that does lays them out. */
  private final class NamedFeatures extends AbstractMap<String, Object> {
    private @Nullable Map<String, Object> present;

    @Override
    public Set<Entry<String, Object>> entrySet() {
      Map<String, Object> known = present;
      if (known == null) {
        known = new HashMap<>();
        if (prediction != null) {
          known.putAll(FeatureNames.of(prediction.getVector(), set));
          known.values().removeIf(Objects::isNull);
        }
        present = known;
      }
      return known.entrySet();
    }
  }
}
