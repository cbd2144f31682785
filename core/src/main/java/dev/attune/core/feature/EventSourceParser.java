package dev.attune.core.feature;

import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.VariableType;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads which events a feature hears of: {@code type}, {@code type.field}, either followed by
 * {@code where <CEL>}, or a list of such. {@code any} stands for every type.
 */
final class EventSourceParser {
  private static final Pattern SELECTOR =
      Pattern.compile(
          "\\s*([A-Za-z_]+)(?:\\.([\\w.-]+))?(?:\\s+where\\s+(.+))?\\s*", Pattern.DOTALL);

  private enum Wanted {
    EVENT,
    FIELD,
    NUMBER
  }

  private final Map<String, Expressions> expressions = new HashMap<>();

  List<EventSource> events(YamlNode node, YamlNode where) {
    return parse(node, where, Wanted.EVENT);
  }

  List<EventSource> fields(YamlNode node, YamlNode where) {
    return parse(node, where, Wanted.FIELD);
  }

  List<EventSource> numbers(YamlNode node, YamlNode where) {
    return parse(node, where, Wanted.NUMBER);
  }

  /** Whether the values are numbers, as far as types tell. */
  boolean isNumeric(List<EventSource> from) {
    return !from.isEmpty() && from.stream().allMatch(s -> isNumeric(s.field()));
  }

  /** The same of a declaration that isn't parsed yet; silent on faults. */
  boolean isNumeric(YamlNode node) {
    return !node.items().isEmpty()
        && node.items().stream()
            .allMatch(
                item -> {
                  Matcher m = SELECTOR.matcher(item.isScalar() ? item.text() : "");
                  return m.matches()
                      && m.group(2) != null
                      && isType(m.group(1))
                      && isNumeric(EventTypes.field(m.group(1), m.group(2)));
                });
  }

  boolean hasField(YamlNode node) {
    return node.items().stream()
        .anyMatch(
            item -> {
              Matcher m = SELECTOR.matcher(item.isScalar() ? item.text() : "");
              return m.matches() && m.group(2) != null;
            });
  }

  private static boolean isNumeric(@Nullable EventField field) {
    return field != null
        && (field.type() == VariableType.NUMBER || field.type() == VariableType.FLAG);
  }

  private List<EventSource> parse(YamlNode node, YamlNode where, Wanted wanted) {
    var found = new ArrayList<EventSource>();
    if (node.isMissing()) {
      node.text();
    }
    for (YamlNode item : node.items()) {
      EventSource source = source(item, where, wanted);
      if (source != null) {
        found.add(source);
      }
    }
    return found;
  }

  private @Nullable EventSource source(YamlNode item, YamlNode where, Wanted wanted) {
    String text = item.text();
    Matcher m = SELECTOR.matcher(text);
    if (!m.matches()) {
      item.problem("`" + text + "` is no event: write `type`, `type.field` or `type where …`");
      return null;
    }
    String type = m.group(1);
    if (!isType(type)) {
      var known = new ArrayList<>(EventTypes.names());
      known.add(EventTypes.ANY);
      item.problem("unknown event type `" + type + "`" + Problems.suggestion(type, known));
      return null;
    }
    EventField field = field(item, type, m.group(2), wanted);
    Expression filter = filter(type, m.group(3), item, where);
    EventField[] filterFields = EventTypes.fields(type).values().toArray(EventField[]::new);
    String canonical =
        type
            + (field == null ? "" : "." + field.name())
            + (filter == null ? "" : " where " + filter.text());
    return new EventSource(type, field, filter, filterFields, canonical);
  }

  private static boolean isType(String type) {
    return type.equals(EventTypes.ANY) || EventTypes.names().contains(type);
  }

  private static @Nullable EventField field(
      YamlNode item, String type, @Nullable String name, Wanted wanted) {
    if (name == null) {
      if (wanted != Wanted.EVENT) {
        item.problem("name a field: `" + type + ".<field>`" + fieldsOf(type));
      }
      return null;
    }
    if (wanted == Wanted.EVENT) {
      item.problem("this kind takes events, not the field `" + type + "." + name + "`");
      return null;
    }
    EventField field = known(item, type, name);
    if (field != null && wanted == Wanted.NUMBER && !isNumeric(field) && field.property() == null) {
      item.problem("`" + type + "." + name + "` is no number");
      return null;
    }
    return field;
  }

  private static @Nullable EventField known(YamlNode item, String type, String name) {
    EventField field = EventTypes.field(type, name);
    if (field == null) {
      String suggestion = Problems.suggestion(name, EventTypes.fields(type).keySet());
      item.problemIn(
          type + "." + name,
          type.length() + 1,
          "`" + type + "` has no field `" + name + "`" + suggestion);
    }
    return field;
  }

  private static String fieldsOf(String type) {
    return " (known: " + String.join(", ", EventTypes.fields(type).keySet()) + ")";
  }

  private @Nullable Expression filter(
      String type, @Nullable String inline, YamlNode item, YamlNode where) {
    String shared = where.textOrNull();
    Expression own = inline == null ? null : over(type).compile(inline.strip(), item);
    Expression common = shared == null ? null : over(type).compile(where);
    if (own == null || common == null) {
      return own == null ? common : own;
    }
    return over(type).derived("(" + own.text() + ") && (" + common.text().strip() + ")");
  }

  private Expressions over(String type) {
    return expressions.computeIfAbsent(
        type,
        t -> {
          var variables = new LinkedHashMap<String, VariableType>();
          EventTypes.fields(t).forEach((name, field) -> variables.put(name, field.type()));
          return new Expressions(variables);
        });
  }
}
