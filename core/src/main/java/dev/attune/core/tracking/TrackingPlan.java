package dev.attune.core.tracking;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problems;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.json.EventError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What each custom event's properties must be, by its name. The only place where an event becomes a
 * tree: custom events alone, and only those that the plan describes. Thread-safe.
 */
public final class TrackingPlan {
  private static final int MOST_EXPECTATION = 200;
  private static final int MOST_DEPTH = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_DEPTH).build())
                  .build())
          .build();

  public static final TrackingPlan NONE = new TrackingPlan(Map.of());

  private final Map<String, Schema> schemas;

  TrackingPlan(Map<String, Schema> schemas) {
    this.schemas = Map.copyOf(schemas);
  }

  /**
   * Reads a playbook's {@code tracking-plan.yaml}.
   *
   * @return the empty plan when the playbook has none
   * @throws PlaybookException with every problem found, as file:line:column
   */
  public static TrackingPlan load(Path playbook) {
    var problems = new Problems();
    TrackingPlan plan = load(playbook, problems);
    problems.throwIfAny();
    return plan;
  }

  /** The same; what is wrong is added to the problems. */
  public static TrackingPlan load(Path playbook, Problems problems) {
    return new TrackingPlanReader().read(playbook, problems);
  }

  public boolean isEmpty() {
    return schemas.isEmpty();
  }

  public boolean knows(String name) {
    return schemas.containsKey(name);
  }

  public List<String> names() {
    return schemas.keySet().stream().sorted().toList();
  }

  /** The first rule that the event breaks, null when it breaks none or is not in the plan. */
  public @Nullable EventError check(Custom custom) {
    Schema schema = schemas.get(custom.getName());
    if (schema == null) {
      return null;
    }
    ObjectNode properties = JSON.createObjectNode();
    for (Map.Entry<String, String> property : custom.getProperties().entrySet()) {
      JsonNode value = value(property.getValue());
      if (value == null) {
        return invalid("custom.properties." + property.getKey(), "expected a JSON value");
      }
      properties.set(property.getKey(), value);
    }
    List<Error> errors = schema.validate(properties);
    return errors.isEmpty() ? null : error(errors.getFirst());
  }

  private static @Nullable JsonNode value(String json) {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** From the plan's side only: the value that was wrong may be personal. */
  private static EventError error(Error error) {
    StringBuilder field = new StringBuilder("custom.properties");
    for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
      field.append('.').append(error.getInstanceLocation().getName(i));
    }
    if (error.getProperty() != null) {
      field.append('.').append(error.getProperty());
    }
    return invalid(field.toString(), expected(error));
  }

  private static String expected(Error error) {
    String keyword = error.getKeyword();
    JsonNode rule = error.getSchemaNode();
    return switch (keyword) {
      case "required" -> "required by the tracking plan";
      case "additionalProperties", "unevaluatedProperties" -> "not a property of the tracking plan";
      default -> "expected by the tracking plan: " + keyword + rule(rule);
    };
  }

  private static String rule(@Nullable JsonNode rule) {
    String text = rule == null ? "" : " " + (rule.isString() ? rule.stringValue() : rule);
    return text.length() <= MOST_EXPECTATION ? text : text.substring(0, MOST_EXPECTATION) + "…";
  }

  private static EventError invalid(String field, String detail) {
    return new EventError(EventError.SCHEMA_INVALID, field, detail);
  }
}
