package dev.attune.core.tracking;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.NodePath;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code tracking-plan.yaml}: under {@code events} a name each, with a description and the
 * JSON Schema (2020-12) of its properties. Schemas are held against their own schema, and patterns
 * are RE2 (linear time whatever the text); nothing is ever fetched.
 */
final class TrackingPlanReader {
  static final String FILE = "tracking-plan.yaml";

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          Dialects.getDraft202012(),
          builder ->
              builder
                  .schemaCacheEnabled(false)
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .regularExpressionFactory(Re2Pattern::compile)
                          .formatAssertionsEnabled(true)
                          .build()));

  private final Schema metaSchema =
      SCHEMAS.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

  /** The empty plan when the playbook has none. */
  TrackingPlan read(Path playbook, Problems problems) {
    YamlNode file = YamlNode.load(playbook.resolve(FILE), problems);
    return file.isMissing() ? TrackingPlan.NONE : plan(file);
  }

  private TrackingPlan plan(YamlNode file) {
    file.only("events");
    Map<String, Schema> schemas = new HashMap<>();
    for (YamlNode.Entry event : file.get("events").entries()) {
      event.value().only("description", "properties");
      YamlNode properties = event.value().get("properties");
      if (properties.isMissing()) {
        properties.problem(
            "`events.%s` needs `properties`, the JSON Schema of the event's properties"
                .formatted(event.key()));
        continue;
      }
      Schema schema = schema(properties);
      if (schema != null) {
        schemas.put(event.key(), schema);
      }
    }
    if (schemas.isEmpty() && !file.has("events")) {
      file.problem("needs `events`, a map of event names");
    }
    return new TrackingPlan(schemas);
  }

  private @Nullable Schema schema(YamlNode yaml) {
    JsonNode json = YamlJson.of(yaml);
    boolean fine = true;
    for (Error error : metaSchema.validate(json)) {
      at(yaml, error.getInstanceLocation()).problem("is no JSON Schema: " + message(error));
      fine = false;
    }
    if (!fine) {
      return null;
    }
    try {
      Schema schema = SCHEMAS.getSchema(json);
      schema.initializeValidators();
      return schema;
    } catch (SchemaException | IllegalArgumentException e) {
      yaml.problem("is no usable JSON Schema: " + e.getMessage());
      return null;
    }
  }

  /** Patterns are held against RE2, which the meta-schema's format speaks of as ECMA-262. */
  private static String message(Error error) {
    return error.getKeyword().equals("format")
        ? "expected a pattern in RE2 syntax, without look-around and back-references"
        : error.getMessage();
  }

  /** The place that an error speaks of, or the nearest one around it. */
  private static YamlNode at(YamlNode root, NodePath path) {
    YamlNode at = root;
    for (int i = 0; i < path.getNameCount(); i++) {
      YamlNode next = child(at, path.getElement(i));
      if (next == null) {
        return at;
      }
      at = next;
    }
    return at;
  }

  private static @Nullable YamlNode child(YamlNode node, Object step) {
    if (node.isMap()) {
      YamlNode value = node.get(step.toString());
      return value.isMissing() ? null : value;
    }
    return node.isList() && step instanceof Integer index && index < node.items().size()
        ? node.items().get(index)
        : null;
  }
}
