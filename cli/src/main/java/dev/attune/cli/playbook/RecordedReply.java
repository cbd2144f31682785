package dev.attune.cli.playbook;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.reply.FeatureNames;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of {@code GET /v1/decisions/{id}} as the record it was made from. Whatever is left out
 * is unknown, so the same form describes a user who never was: {@code {"userId": "u-1",
 * "prediction": {"probabilities": {"refund": 0.8}}, "features": {…}, "segments": […]}}.
 */
public final class RecordedReply {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RecordedReply() {}

  /**
   * @throws UserFault when there is no such file, or it isn't JSON
   */
  public static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UserFault("The file " + file + " can't be read.", e);
    } catch (JacksonException e) {
      throw new UserFault("The file " + file + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * @param now when it is decided, unless the document says
   */
  public static Decision of(JsonNode json, FeatureSet features, Instant now) {
    Decision.Builder decision =
        Decision.newBuilder()
            .setDecisionId(text(json, "decisionId", "none"))
            .setUserId(text(json, "userId", "u-1"))
            .setSessionId(textOrNull(json, "sessionId"))
            .setSlot(text(json, "slot", "greeting"))
            .setWantedLocale(wantedLocale(json))
            .setFormat(textOrNull(json, "format"))
            .setTimezone(textOrNull(json, "timezone"))
            .setDecidedAt(time(json, now).toEpochMilli())
            .setPersonalized(json.path("personalized").asBoolean(false))
            .setReason(text(json, "reason", "default"))
            .setTemplateId(text(json, "templateId", ""))
            .setText(text(json, "text", ""))
            .setExperiment(textOrNull(json, "experiment"))
            .setVariant(textOrNull(json, "variant"))
            .setArmWeights(numbers(json.path("armWeights")))
            .setVariables(texts(json.path("variables")))
            .setSegments(list(json.path("segments")));
    if (json.has("prediction") || json.has("features")) {
      predicted(decision, json, features);
    }
    return decision.build();
  }

  private static void predicted(Decision.Builder decision, JsonNode json, FeatureSet features) {
    JsonNode prediction = json.path("prediction");
    decision
        .setModelName(text(prediction.path("model"), "name", "tried"))
        .setModelVersion(text(prediction.path("model"), "version", "by hand"))
        .setProbabilities(probabilities(prediction.path("probabilities")))
        .setVector(FeatureNames.vector(values(json.path("features")), features))
        .setEventToken(text(json.path("freshness"), "eventToken", "0-0"))
        .setAgeMs(json.path("freshness").path("ageMs").asLong(0));
  }

  private static List<LabelProbability> probabilities(JsonNode node) {
    List<LabelProbability> list = new ArrayList<>();
    node.properties()
        .forEach(e -> list.add(new LabelProbability(e.getKey(), (float) e.getValue().asDouble())));
    list.sort(Comparator.comparing(LabelProbability::getProbability).reversed());
    return list;
  }

  private static Map<String, Object> values(JsonNode node) {
    Map<String, Object> values = new HashMap<>();
    node.properties()
        .forEach(
            e -> {
              if (e.getValue().isNumber()) {
                values.put(e.getKey(), e.getValue().asDouble());
              } else if (e.getValue().isString()) {
                values.put(e.getKey(), e.getValue().asString());
              }
            });
    return values;
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new HashMap<>();
    node.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asString()));
    return texts;
  }

  private static List<String> list(JsonNode node) {
    List<String> list = new ArrayList<>();
    node.forEach(item -> list.add(item.asString()));
    return list;
  }

  private static List<Double> numbers(JsonNode node) {
    List<Double> list = new ArrayList<>();
    node.forEach(item -> list.add(item.asDouble()));
    return list;
  }

  /** A record names both; who writes a file by hand says {@code locale}. */
  private static @Nullable String wantedLocale(JsonNode json) {
    String wanted = textOrNull(json, "wantedLocale");
    return wanted != null || json.has("decisionId") ? wanted : textOrNull(json, "locale");
  }

  private static Instant time(JsonNode json, Instant otherwise) {
    String given = textOrNull(json, "decidedAt");
    try {
      return given == null ? otherwise : Instant.parse(given);
    } catch (DateTimeException e) {
      throw new UserFault("decidedAt is no RFC 3339 time: " + given, e);
    }
  }

  private static String text(JsonNode node, String field, String otherwise) {
    String text = textOrNull(node, field);
    return text == null ? otherwise : text;
  }

  private static @Nullable String textOrNull(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? value.asString() : null;
  }
}
