package dev.attune.core.tracking;

import dev.attune.core.yaml.YamlNode;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** YAML as JSON, by the types of YAML's JSON schema: a quoted scalar is text. */
final class YamlJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private YamlJson() {}

  static JsonNode of(YamlNode yaml) {
    if (yaml.isMap()) {
      ObjectNode object = NODES.objectNode();
      yaml.entries().forEach(entry -> object.set(entry.key(), of(entry.value())));
      return object;
    }
    if (yaml.isList()) {
      ArrayNode array = NODES.arrayNode();
      yaml.items().forEach(item -> array.add(of(item)));
      return array;
    }
    return yaml.isMissing() ? NODES.nullNode() : scalar(yaml);
  }

  private static JsonNode scalar(YamlNode yaml) {
    String text = yaml.text();
    if (yaml.isQuoted()) {
      return NODES.stringNode(text);
    }
    return switch (text) {
      case "true" -> NODES.booleanNode(true);
      case "false" -> NODES.booleanNode(false);
      default -> numberOrText(text);
    };
  }

  private static JsonNode numberOrText(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      return number.scale() <= 0 && number.precision() < 19
          ? NODES.numberNode(number.longValueExact())
          : NODES.numberNode(number);
    } catch (ArithmeticException | NumberFormatException e) {
      return NODES.stringNode(text);
    }
  }
}
