package dev.attune.core.scoring;

import dev.attune.core.scoring.TrainingSpec.Boosting;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code xgboost} of {@code training.yaml}. XGBoost itself passes over a parameter that it
 * doesn't know, and trains with the usual value instead.
 */
final class BoostingReader {
  /** What is not for XGBoost. */
  private static final Set<String> OWN_KEYS =
      Set.of("rounds", "early_stopping", "candidates", "search_time", "class_weights");

  /** What is set already or has no meaning, since models tell labels apart; and why. */
  private static final Map<String, String> FIXED =
      Map.of(
          "objective", "the labels decide it",
          "num_class", "the labels decide it",
          "scale_pos_weight", "`class_weights: balanced` is for labels");

  private static final int MOST_CANDIDATES = 12;

  private BoostingReader() {}

  static Boosting read(YamlNode node) {
    return new Boosting(
        node.get("rounds").integerOr(80, 1, 10_000),
        node.get("early_stopping").integerOr(20, 0, 10_000),
        node.get("candidates").integerOr(1, 1, MOST_CANDIDATES),
        node.get("search_time").durationOr(Duration.ofMinutes(10)),
        isBalanced(node.get("class_weights")),
        parameters(node));
  }

  private static Map<String, String> parameters(YamlNode node) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("tree_method", "hist");
    parameters.put("max_depth", "4");
    parameters.put("eta", "0.1");
    Map<String, String> given = new HashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      if (OWN_KEYS.contains(entry.key())) {
        continue;
      }
      String name = XgboostParameter.ALIASES.getOrDefault(entry.key(), entry.key());
      String before = given.put(name, entry.key());
      if (before != null && !before.equals(entry.key())) {
        entry.problem("`%s` and `%s` are the same parameter".formatted(before, entry.key()));
      }
      check(entry, XgboostParameter.ALL.get(name));
      parameters.put(name, entry.value().text().strip());
    }
    return parameters;
  }

  private static void check(YamlNode.Entry entry, @Nullable XgboostParameter parameter) {
    String why = FIXED.get(entry.key());
    if (why != null) {
      entry.problem("`%s` can't be set: %s".formatted(entry.key(), why));
    } else if (parameter == null) {
      Set<String> known = new TreeSet<>(XgboostParameter.ALL.keySet());
      known.addAll(XgboostParameter.ALIASES.keySet());
      known.addAll(OWN_KEYS);
      entry.problem(
          "XGBoost has no parameter `%s`%s"
              .formatted(entry.key(), Problems.suggestion(entry.key(), known)));
    } else if (entry.value().isScalar()) {
      String value = entry.value().text();
      parameter
          .problem(value.strip())
          .ifPresent(
              expected ->
                  entry
                      .value()
                      .problem(
                          "`xgboost.%s` %s, not `%s`".formatted(entry.key(), expected, value)));
    }
  }

  private static boolean isBalanced(YamlNode node) {
    String weights = node.textOr("none");
    if (!weights.equals("none") && !weights.equals("balanced")) {
      node.problem("`class_weights` is `none` or `balanced`");
    }
    return weights.equals("balanced");
  }
}
