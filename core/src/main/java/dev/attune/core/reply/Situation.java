package dev.attune.core.reply;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that conditions and texts may look at in one request. Without a prediction nothing is known
 * of intent, features and segments, and a condition on them does not hold.
 */
final class Situation {

  private final ReplyRequest request;
  private final @Nullable StoredPrediction prediction;
  private final Map<String, @Nullable Object> features;
  private final Map<String, String> variables;
  private final Map<String, Object> typed;
  private final ZoneId zone;
  private final String locale;
  private final double hour;

  Situation(
      ReplyRequest request,
      @Nullable StoredPrediction prediction,
      FeatureSet set,
      ReplyBook book,
      Instant now) {
    this.request = request;
    this.prediction = prediction;
    this.features = prediction == null ? Map.of() : FeatureNames.of(prediction.getVector(), set);
    this.variables = book.declared(request.variables());
    this.locale = request.locale() == null ? book.defaultLocale() : request.locale();
    this.zone = request.zone() == null ? book.zone() : request.zone();
    this.typed = book.typed(variables, zone);
    this.hour = now.atZone(zone).getHour();
  }

  /** What conditions may name, with its type. */
  static Expressions expressions(FeatureSet set, Collection<Variable> variables) {
    Map<String, VariableType> types = new LinkedHashMap<>();
    types.put("slot", VariableType.TEXT);
    types.put("locale", VariableType.TEXT);
    types.put("hour", VariableType.NUMBER);
    types.put("intent.label", VariableType.TEXT);
    types.put("intent.probability", VariableType.NUMBER);
    types.put("probabilities", VariableType.MAP);
    types.put("segments", VariableType.TEXTS);
    types.put("experiment", VariableType.TEXT);
    types.put("variant", VariableType.TEXT);
    for (FeatureColumn column : set.columns()) {
      switch (column.kind()) {
        case NUMBER -> types.put("features." + column.name(), VariableType.NUMBER);
        case CATEGORY -> types.put("features." + column.name(), VariableType.TEXT);
        case TOKENS -> {}
      }
    }
    variables.forEach(
        variable ->
            types.put(
                "variables." + variable.name(),
                variable.type() == Variable.Type.NUMBER ? VariableType.NUMBER : VariableType.TEXT));
    return new Expressions(types);
  }

  /** Names of a feature set that texts may use. */
  static List<String> featureNames(FeatureSet set) {
    return set.columns().stream()
        .filter(column -> column.kind() != ColumnKind.TOKENS)
        .map(FeatureColumn::name)
        .toList();
  }

  /**
   * @param arm null: the user is in none, or it is just being found out
   */
  Scope scope(Expressions expressions, @Nullable Assignment arm) {
    Map<String, Object> values = new HashMap<>();
    if (arm != null) {
      values.put("experiment", arm.experiment());
      values.put("variant", arm.variant());
    }
    values.put("slot", request.slot());
    values.put("locale", locale);
    values.put("hour", hour);
    putIntent(values);
    values.put("segments", segments());
    present(features).forEach((name, value) -> values.put("features." + name, value));
    // dates are compared as the text they came as
    typed.forEach(
        (name, value) ->
            values.put(
                "variables." + name, value instanceof Instant ? variables.get(name) : value));
    return Scope.of(expressions, values);
  }

  /** What a text is filled with, names as in {@link TemplateNames}. */
  Map<String, Object> values() {
    Map<String, Object> values = new HashMap<>(typed);
    values.put("locale", locale);
    LabelProbability top = top();
    if (top != null) {
      values.put(
          "intent", Map.of("label", top.getLabel(), "probability", (double) top.getProbability()));
    }
    values.put("features", present(features));
    Map<String, Object> in = new HashMap<>();
    segments().forEach(segment -> in.put(segment, true));
    values.put("segments", in);
    return values;
  }

  Map<String, @Nullable Object> features() {
    return features;
  }

  ZoneId zone() {
    return zone;
  }

  Map<String, String> variables() {
    return variables;
  }

  private void putIntent(Map<String, Object> values) {
    LabelProbability top = top();
    if (prediction == null || top == null) {
      values.put("probabilities", Map.of());
      return;
    }
    values.put("intent.label", top.getLabel());
    values.put("intent.probability", (double) top.getProbability());
    Map<String, Object> probabilities = new HashMap<>();
    for (LabelProbability each : prediction.getProbabilities()) {
      probabilities.put(each.getLabel(), (double) each.getProbability());
    }
    values.put("probabilities", probabilities);
  }

  private @Nullable LabelProbability top() {
    return prediction == null || prediction.getProbabilities().isEmpty()
        ? null
        : prediction.getProbabilities().getFirst();
  }

  private List<String> segments() {
    return prediction == null ? List.of() : prediction.getSegments();
  }

  private static Map<String, Object> present(Map<String, @Nullable Object> values) {
    Map<String, Object> present = new HashMap<>();
    values.forEach(
        (name, value) -> {
          if (value != null) {
            present.put(name, value);
          }
        });
    return present;
  }
}
