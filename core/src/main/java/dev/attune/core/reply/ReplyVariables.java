package dev.attune.core.reply;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Instant;
import java.time.ZoneId;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that conditions and texts may look at in one request. Without a prediction nothing is known
 * of intent, features and segments, and a condition on them does not hold.
 */
final class ReplyVariables {

  /** Places in the order of {@link #expressions}. */
  private static final int EXPERIMENT = 7;

  private static final int VARIANT = 8;

  private final ReplyRequest request;
  private final @Nullable StoredPrediction prediction;
  private final FeatureSet set;
  private final @Nullable FeatureVector vector;
  private final Map<String, String> variables;
  private final Map<String, Object> typed;
  private final ZoneId zone;
  private final String locale;
  private final @Nullable Object[] known;

  ReplyVariables(
      ReplyRequest request,
      @Nullable StoredPrediction prediction,
      FeatureSet set,
      ReplyBook book,
      Instant now) {
    this.request = request;
    this.prediction = prediction;
    this.set = set;
    this.vector = prediction == null ? null : vector(prediction, set);
    this.variables = book.declared(request.variables());
    this.locale = request.locale() == null ? book.defaultLocale() : request.locale();
    this.zone = request.zone() == null ? book.zone() : request.zone();
    this.typed = book.typed(variables, zone);
    this.known = known(book, now.atZone(zone).getHour());
  }

  /** Null when another feature set made it, since its order is then unknown. */
  private static @Nullable FeatureVector vector(StoredPrediction prediction, FeatureSet set) {
    FeatureVector vector = prediction.getVector();
    return vector.getFeatureSetId().equals(set.id()) ? vector : null;
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
  Scope scope(@Nullable Assignment arm) {
    @Nullable Object[] values = known.clone();
    if (arm != null) {
      values[EXPERIMENT] = arm.experiment();
      values[VARIANT] = arm.variant();
    }
    return Scope.of(Arrays.asList(values));
  }

  /** In the order of {@link #expressions}, without an arm. */
  private @Nullable Object[] known(ReplyBook book, double hour) {
    LabelProbability top = top();
    List<@Nullable Object> values = new ArrayList<>(book.expressions().names().size());
    values.addAll(Arrays.asList(request.slot(), locale, hour));
    values.add(top == null ? null : top.getLabel());
    values.add(top == null ? null : (Double) (double) top.getProbability());
    values.add(probabilities());
    values.add(segments());
    // the experiment and its variant
    values.addAll(Arrays.asList(null, null));
    for (FeatureColumn column : set.columns()) {
      if (column.kind() != ColumnKind.TOKENS) {
        values.add(value(column));
      }
    }
    for (String name : book.variables().keySet()) {
      Object value = typed.get(name);
      // dates are compared as the text they came as
      values.add(value instanceof Instant ? variables.get(name) : value);
    }
    return values.toArray();
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
    values.put("features", new NamedFeatures());
    Map<String, Object> in = new HashMap<>();
    segments().forEach(segment -> in.put(segment, true));
    values.put("segments", in);
    return values;
  }

  private @Nullable Object value(FeatureColumn column) {
    if (vector == null) {
      return null;
    }
    return switch (column.kind()) {
      case NUMBER -> vector.getNumbers().get(column.index());
      case CATEGORY -> vector.getCategories().get(column.index());
      case TOKENS -> null;
    };
  }

  /**
   * Those that have a value. Most texts name none, so they are laid out for the first that does.
   */
  private final class NamedFeatures extends AbstractMap<String, Object> {

    private @Nullable Map<String, Object> present;

    private Map<String, Object> present() {
      Map<String, Object> known = present;
      if (known == null) {
        known = new HashMap<>();
        for (FeatureColumn column : set.columns()) {
          Object value = value(column);
          if (value != null && !value.equals(Double.NaN)) {
            known.put(column.name(), value);
          }
        }
        present = known;
      }
      return known;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      return present().entrySet();
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
      return present().containsKey(name);
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
      return present().get(name);
    }
  }

  ZoneId zone() {
    return zone;
  }

  Map<String, String> variables() {
    return variables;
  }

  private Map<String, Object> probabilities() {
    if (prediction == null) {
      return Map.of();
    }
    Map<String, Object> probabilities = new HashMap<>();
    for (LabelProbability each : prediction.getProbabilities()) {
      probabilities.put(each.getLabel(), (double) each.getProbability());
    }
    return probabilities;
  }

  private @Nullable LabelProbability top() {
    return prediction == null || prediction.getProbabilities().isEmpty()
        ? null
        : prediction.getProbabilities().getFirst();
  }

  private List<String> segments() {
    return prediction == null ? List.of() : prediction.getSegments();
  }
}
