package dev.attune.core.feature;

import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.List;
import java.util.Set;

/**
 * Picks events, and perhaps a number of theirs, by the language of {@code features.yaml}: {@code
 * type}, {@code type.field}, either followed by {@code where <CEL>}, or a list of such. Immutable
 * and thread-safe.
 */
public final class EventSelector {
  private final List<EventSource> sources;

  private EventSelector(List<EventSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Events as a whole; a fault is reported at the node. */
  public static EventSelector events(YamlNode node) {
    return new EventSelector(new EventSourceParser().events(node, nothing(node.problems())));
  }

  /** Events that carry a number; a fault is reported at the node. */
  public static EventSelector numbers(YamlNode node) {
    return new EventSelector(new EventSourceParser().numbers(node, nothing(node.problems())));
  }

  /** Whether it is an event type; another name is reported. */
  public static boolean checkType(YamlNode node) {
    String type = node.text();
    boolean known = EventTypes.names().contains(type);
    if (!known) {
      node.problem(
          "unknown event type `" + type + "`" + Problems.suggestion(type, EventTypes.names()));
    }
    return known;
  }

  /** Reports a name that is no field of its own of an event type. */
  public static void checkField(String type, YamlNode node) {
    Set<String> fields = EventTypes.fields(type).keySet();
    if (!fields.contains(node.text())) {
      node.problem(
          "`%s` has no field `%s`%s"
              .formatted(type, node.text(), Problems.suggestion(node.text(), fields)));
    }
  }

  private static YamlNode nothing(Problems problems) {
    return YamlNode.missing("", problems);
  }

  public boolean accepts(InteractionEvent event) {
    for (EventSource source : sources) {
      if (takes(source, event)) {
        return true;
      }
    }
    return false;
  }

  /** The selected number; NaN when the event isn't selected or doesn't carry it. */
  public double value(InteractionEvent event) {
    for (EventSource source : sources) {
      EventField field = source.field();
      if (field != null && takes(source, event)) {
        return field.number(event);
      }
    }
    return Double.NaN;
  }

  /** Whether all its numbers are seconds, by the names of their fields. */
  public boolean isSeconds() {
    return sources.stream()
        .allMatch(s -> s.field() != null && s.field().name().matches(".*(^s|S)econds"));
  }

  private static boolean takes(EventSource source, InteractionEvent event) {
    return (source.isAny() || source.type().equals(event.getType())) && source.accepts(event);
  }
}
