package dev.attune.kafka.registry;

import org.apache.avro.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schema's text without the hints that Avro's Java code generator leaves in it ({@code
 * avro.java.string}): readers in other languages need none, and the registry's document equals the
 * {@code .avsc} file.
 */
final class PlainSchema {
  private static final String JAVA_HINT = "avro.java.string";

  private PlainSchema() {}

  static String of(Schema schema) {
    return plain(JsonMapper.shared().readTree(schema.toString())).toString();
  }

  private static JsonNode plain(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(JAVA_HINT);
      if (object.size() == 1 && object.path("type").isString()) {
        return object.path("type");
      }
      object.propertyNames().forEach(name -> object.set(name, plain(object.path(name))));
    } else if (node.isArray()) {
      var array = (tools.jackson.databind.node.ArrayNode) node;
      for (int i = 0; i < array.size(); i++) {
        array.set(i, plain(array.get(i)));
      }
    }
    return node;
  }
}
