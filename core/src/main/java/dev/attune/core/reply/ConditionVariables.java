package dev.attune.core.reply;

import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.core.expression.Vocabulary;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.avro.LabelProbability;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The variables that conditions of replies and experiments may name. Each is declared once: its
 * name, its type, and where a request's value comes from. Immutable and thread-safe.
 */
final class ConditionVariables {
  private record Declared(
      String name, VariableType type, Function<ReplyContext, @Nullable Object> value) {}

  private final List<Declared> declared = new ArrayList<>();
  private final Expressions expressions;

  /**
   * @param vocabularies what some of the variables can be, by their names
   */
  ConditionVariables(
      FeatureSet features,
      Collection<ReplyVariable> variables,
      Map<String, Vocabulary> vocabularies) {
    declareFixed();
    for (FeatureColumn column : features.columns()) {
      if (column.kind() != ColumnKind.TOKENS) {
        declare("features." + column.name(), type(column), context -> context.feature(column));
      }
    }
    for (ReplyVariable variable : variables) {
      String name = variable.name();
      declare("variables." + name, type(variable), context -> context.variable(name));
    }
    Map<String, VariableType> types = new LinkedHashMap<>();
    declared.forEach(variable -> types.put(variable.name(), variable.type()));
    expressions = new Expressions(types, vocabularies);
  }

  private void declareFixed() {
    declare("slot", VariableType.TEXT, context -> context.request().slot());
    declare("locale", VariableType.TEXT, ReplyContext::locale);
    declare("hour", VariableType.NUMBER, ReplyContext::hour);
    declare("intent.label", VariableType.TEXT, ofIntent(LabelProbability::getLabel));
    declare(
        "intent.probability",
        VariableType.NUMBER,
        ofIntent(intent -> (double) intent.getProbability()));
    declare("probabilities", VariableType.MAP, ReplyContext::probabilities);
    declare("segments", VariableType.TEXTS, ReplyContext::segments);
    declare(
        "experiment",
        VariableType.TEXT,
        context -> context.arm() == null ? null : context.arm().experiment());
    declare(
        "variant",
        VariableType.TEXT,
        context -> context.arm() == null ? null : context.arm().variant());
  }

  private void declare(
      String name, VariableType type, Function<ReplyContext, @Nullable Object> value) {
    declared.add(new Declared(name, type, value));
  }

  private static Function<ReplyContext, @Nullable Object> ofIntent(
      Function<LabelProbability, Object> value) {
    return context -> {
      LabelProbability intent = context.intent();
      return intent == null ? null : value.apply(intent);
    };
  }

  private static VariableType type(FeatureColumn column) {
    return column.kind() == ColumnKind.NUMBER ? VariableType.NUMBER : VariableType.TEXT;
  }

  private static VariableType type(ReplyVariable variable) {
    return variable.type() == ReplyVariable.Type.NUMBER ? VariableType.NUMBER : VariableType.TEXT;
  }

  /** Compiles conditions over these variables. */
  Expressions expressions() {
    return expressions;
  }

  /** A request's values. */
  Scope scope(ReplyContext context) {
    return place -> declared.get(place).value().apply(context);
  }
}
