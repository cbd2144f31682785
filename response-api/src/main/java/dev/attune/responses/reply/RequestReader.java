package dev.attune.responses.reply;

import dev.attune.core.reply.ReplyRequest;
import dev.attune.core.reply.TextFormat;
import dev.attune.http.Problem;
import dev.attune.responses.epoch.EventTokens;
import dev.attune.schemas.Position;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and checks the body of a request for a reply. Fields it does not know are left aside, so
 * that a newer client can talk to an older service.
 */
@Component
class RequestReader {
  private static final int MAX_ID = 128;
  private static final int MAX_NAME = 64;
  private static final int MAX_VARIABLES = 50;
  private static final int MAX_VALUE = 10_000;
  private static final int MAX_WAIT_MS = 1_000;

  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private final EventTokens tokens;

  RequestReader(EventTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws Problem {@code malformed}, with the field where one is to blame
   */
  IncomingRequest read(byte[] body) {
    JsonNode root = parse(body);
    ReplyRequest request =
        new ReplyRequest(
            required(root, "userId", MAX_ID),
            optional(root, "sessionId", MAX_ID),
            required(root, "slot", MAX_NAME),
            optional(root, "locale", MAX_NAME),
            variables(root.path("variables")),
            format(optional(root, "format", MAX_NAME)),
            zone(optional(root, "timezone", MAX_NAME)),
            after(optional(root, "after", MAX_NAME)));
    return new IncomingRequest(request, patience(root.path("waitMs")));
  }

  private JsonNode parse(byte[] body) {
    try {
      JsonNode root = json.readTree(body);
      if (root == null || !root.isObject()) {
        throw Problem.malformed("The body must be a JSON object.");
      }
      return root;
    } catch (JacksonException e) {
      throw Problem.malformed("The body is not well-formed JSON.");
    }
  }

  private static String required(JsonNode root, String field, int max) {
    String value = optional(root, field, max);
    if (value == null || value.isEmpty()) {
      throw Problem.invalid(field, field + " is required.");
    }
    return value;
  }

  private static @Nullable String optional(JsonNode root, String field, int max) {
    JsonNode node = root.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!node.isString()) {
      throw Problem.invalid(field, field + " must be a string.");
    }
    String value = node.stringValue();
    // code points, as events' ids are counted
    if (value.length() > max && value.codePointCount(0, value.length()) > max) {
      throw Problem.invalid(field, field + " must have at most " + max + " characters.");
    }
    if (hasControls(value)) {
      throw Problem.invalid(field, field + " must not have control characters.");
    }
    return value;
  }

  private static boolean hasControls(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, String> variables(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > MAX_VARIABLES) {
      throw Problem.invalid(
          "variables", "variables must be an object of at most " + MAX_VARIABLES + " values.");
    }
    Map<String, String> variables = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      JsonNode value = property.getValue();
      if (value.isContainer() || value.asString().length() > MAX_VALUE) {
        throw Problem.invalid(
            "variables",
            "A variable must be a single value of at most " + MAX_VALUE + " characters.");
      }
      if (!value.isNull()) {
        variables.put(property.getKey(), value.asString());
      }
    }
    return variables;
  }

  private static @Nullable TextFormat format(@Nullable String name) {
    return name == null
        ? null
        : TextFormat.named(name)
            .orElseThrow(
                () -> Problem.invalid("format", "format must be plain, html or markdown."));
  }

  private static @Nullable ZoneId zone(@Nullable String name) {
    try {
      return name == null ? null : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw Problem.invalid(
          "timezone",
          "timezone must be an IANA name such as Europe/Madrid, or an offset such as +02:00.");
    }
  }

  private @Nullable Position after(@Nullable String token) {
    return token == null ? null : tokens.read(token);
  }

  private static Duration patience(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Duration.ZERO;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < 0
        || node.intValue() > MAX_WAIT_MS) {
      throw Problem.invalid("waitMs", "waitMs must be a whole number from 0 to 1000.");
    }
    return Duration.ofMillis(node.intValue());
  }
}
