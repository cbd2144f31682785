package dev.attune.cli.playbook;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.yaml.Problems;
import dev.attune.training.UserFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Holds a description of a user against the playbook. A misspelled name says nothing of the user,
 * so the reply would be that of somebody unknown.
 */
public final class DescribedUser {
  /** A saved decision has more than what describes its user. */
  private static final List<String> KEYS =
      List.of(
          "armWeights",
          "decidedAt",
          "decisionId",
          "experiment",
          "explanation",
          "features",
          "format",
          "freshness",
          "handoff",
          "locale",
          "personalized",
          "prediction",
          "quickReplies",
          "reason",
          "rule",
          "segments",
          "sessionId",
          "slot",
          "templateId",
          "text",
          "timezone",
          "userId",
          "variables",
          "variant",
          "wantedLocale");

  private static final List<String> PREDICTION_KEYS =
      List.of("ageMs", "contributions", "eventToken", "label", "model", "probabilities");

  private final Playbook playbook;
  private final List<String> mistakes = new ArrayList<>();

  private DescribedUser(Playbook playbook) {
    this.playbook = playbook;
  }

  /**
   * Names in a saved decision are those of the playbook that made it, so they are left alone.
   *
   * @param file whose content it is
   * @throws UserFault with every mistake
   */
  public static void check(Path file, JsonNode json, Playbook playbook) {
    var user = new DescribedUser(playbook);
    user.look(json);
    if (!user.mistakes.isEmpty()) {
      throw new UserFault(
          user.mistakes.stream()
              .map(mistake -> file + ": " + mistake)
              .collect(Collectors.joining("\n")));
    }
  }

  private void look(JsonNode json) {
    if (!json.isObject()) {
      mistakes.add("must be an object in braces");
      return;
    }
    known("key", "", json.propertyNames(), KEYS);
    JsonNode prediction = json.path("prediction");
    known("key", "prediction.", prediction.propertyNames(), PREDICTION_KEYS);
    if (!json.has("decisionId")) {
      segments(json.path("segments"));
      intents(prediction.path("probabilities"));
      features(json.path("features"));
      known(
          "variable",
          "",
          json.path("variables").propertyNames(),
          playbook.replies().variables().keySet());
    }
  }

  private void known(
      String what, String prefix, Collection<String> given, Collection<String> known) {
    for (String name : given) {
      if (!known.contains(name)) {
        mistakes.add(
            "unknown %s `%s%s`%s".formatted(what, prefix, name, Problems.suggestion(name, known)));
      }
    }
  }

  private void segments(JsonNode segments) {
    List<String> given = new ArrayList<>();
    segments.forEach(segment -> given.add(segment.asString("")));
    known("segment", "", given, playbook.segments().names());
  }

  private void intents(JsonNode probabilities) {
    List<String> labels = playbook.training().labels();
    if (!labels.isEmpty()) {
      known("intent", "", probabilities.propertyNames(), labels);
    }
    probabilities
        .properties()
        .forEach(
            each -> {
              JsonNode value = each.getValue();
              if (!value.isNumber() || !(value.asDouble() >= 0 && value.asDouble() <= 1)) {
                mistakes.add(
                    "the probability of `%s` must be a number from 0 to 1, not %s"
                        .formatted(each.getKey(), value));
              }
            });
  }

  private void features(JsonNode features) {
    Map<String, FeatureColumn> columns =
        playbook.features().columns().stream()
            .collect(Collectors.toMap(FeatureColumn::name, Function.identity()));
    known("feature", "", features.propertyNames(), columns.keySet());
    features
        .properties()
        .forEach(
            each -> {
              FeatureColumn column = columns.get(each.getKey());
              if (column != null && !fits(column.kind(), each.getValue())) {
                mistakes.add(
                    "the feature `%s` must be a %s, not %s"
                        .formatted(
                            each.getKey(),
                            column.kind() == ColumnKind.NUMBER ? "number" : "text",
                            each.getValue()));
              }
            });
  }

  private static boolean fits(ColumnKind kind, JsonNode value) {
    return value.isNull()
        || switch (kind) {
          case NUMBER -> value.isNumber();
          case CATEGORY -> value.isString();
          case TOKENS -> true;
        };
  }
}
