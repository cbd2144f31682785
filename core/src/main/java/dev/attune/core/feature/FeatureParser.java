package dev.attune.core.feature;

import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiles {@code features.yaml}. Each feature is a map under its name with exactly one kind
 * ({@code count}, {@code mean}, …), the kind's own keys, and {@code window} or {@code scope}.
 * Features that need the same summary share one accumulator. The kinds are {@link FormulaParser}'s.
 */
final class FeatureParser {
  static final String SESSION = "session";
  private static final String ENCODER = "encoder";
  static final List<String> KINDS =
      List.of(
          "count",
          "sum",
          "mean",
          "min",
          "max",
          "distinct",
          "rate",
          "ratio",
          "last",
          "first",
          "top",
          "time_since",
          "time_between",
          "decay",
          "text");
  static final List<String> COMMON = List.of("description", "window", "scope", "where", "default");

  /** Kinds that mean something else than they once did: models of that time refuse them. */
  private static final Map<String, String> REVISIONS = Map.of("decay", " 2");

  /** Not in the id of a feature set, since it was in none once. */
  private static final Duration USUAL_GAP = Duration.ofMinutes(30);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  private static final Feature.NumberFormula MISSING = (_, _) -> Double.NaN;

  private final YamlNode root;
  private final EventSourceParser sources = new EventSourceParser();
  private final AccumulatorPlan plan = new AccumulatorPlan();
  private final List<Feature> features = new ArrayList<>();

  FeatureParser(YamlNode root) {
    this.root = root;
  }

  FeatureSet parse() {
    root.only(SESSION, "features", ENCODER);
    List<YamlNode.Entry> entries = root.get("features").entries();
    Set<String> ratiosToCome = ratios(entries);
    var kinds = new FormulaParser(sources, plan, numberIndex(entries), ratiosToCome);
    Set<String> names = new HashSet<>();
    for (YamlNode.Entry entry : entries) {
      if (!NAME.matcher(entry.key()).matches()) {
        entry.problem(
            "`"
                + entry.key()
                + "` is no feature name: lower-case letters, digits and _, at most 64");
      }
      if (!names.add(entry.key())) {
        entry.problem("feature `" + entry.key() + "` is declared twice");
      } else {
        feature(entry.key(), entry.value(), kinds);
        ratiosToCome.remove(entry.key());
      }
    }
    Feature message = message(root.get(ENCODER), kinds);
    plan.checkIds(root);
    return plan.featureSet(features, message);
  }

  private void feature(String name, YamlNode node, FormulaParser kinds) {
    String kind = kindOf(name, node);
    if (kind != null) {
      Feature.Formula formula = kinds.formula(kind, node);
      features.add(new Feature(name, meaning(kind, node), formula, plan.takeAsked()));
    } else {
      // refused above; whatever uses it is not to be refused, too
      features.add(new Feature(name, "", MISSING, List.of()));
    }
  }

  private @Nullable Feature message(YamlNode node, FormulaParser kinds) {
    return node.isMissing()
        ? null
        : new Feature(ENCODER, "", kinds.message(node), plan.takeAsked());
  }

  private @Nullable String kindOf(String name, YamlNode node) {
    List<String> given =
        node.entries().stream().map(YamlNode.Entry::key).filter(KINDS::contains).toList();
    if (given.size() == 1) {
      return given.getFirst();
    }
    List<String> unknown =
        node.entries().stream().map(YamlNode.Entry::key).filter(k -> !COMMON.contains(k)).toList();
    String guess = unknown.isEmpty() ? "" : unknown.getFirst();
    node.problem(
        given.isEmpty()
            ? "feature `"
                + name
                + "` has no kind"
                + (guess.isEmpty() ? "" : ": unknown key `" + guess + "`")
                + Problems.suggestion(guess, KINDS)
            : "feature `" + name + "` has more than one kind: " + String.join(", ", given));
    return null;
  }

  /**
   * The declaration without what people only read; keys sorted, so that their order is free. What
   * depends on sessions means something else with another gap than the usual one.
   */
  private String meaning(String kind, YamlNode node) {
    var parts = new ArrayList<String>();
    for (YamlNode.Entry entry : node.entries()) {
      if (!entry.key().equals("description") && !entry.key().equals(kind)) {
        parts.add(entry.key() + ": " + entry.value().canonical());
      }
    }
    parts.sort(null);
    parts.addFirst(kind + REVISIONS.getOrDefault(kind, "") + ": " + node.get(kind).canonical());
    Duration gap = root.get(SESSION).get("gap").durationOr(USUAL_GAP);
    if (!gap.equals(USUAL_GAP) && dependsOnSessions(kind, node)) {
      parts.add("session.gap: " + gap);
    }
    return String.join("; ", parts);
  }

  private static boolean dependsOnSessions(String kind, YamlNode node) {
    YamlNode what = node.get(kind);
    return node.get("scope").textOr("").equals(SESSION)
        || (what.isScalar() && what.text().strip().equals(SESSION));
  }

  /** Which number column a name will be; needs only kinds and field types. */
  private Map<String, Integer> numberIndex(List<YamlNode.Entry> entries) {
    var index = new LinkedHashMap<String, Integer>();
    for (YamlNode.Entry entry : entries) {
      if (isNumber(entry.value()) && !index.containsKey(entry.key())) {
        index.put(entry.key(), index.size());
      }
    }
    return index;
  }

  private static Set<String> ratios(List<YamlNode.Entry> entries) {
    Set<String> ratios = new HashSet<>();
    for (YamlNode.Entry entry : entries) {
      if (entry.value().isMap() && entry.value().has("ratio")) {
        ratios.add(entry.key());
      }
    }
    return ratios;
  }

  private boolean isNumber(YamlNode node) {
    if (!node.isMap() || node.has("text") || node.has("top")) {
      return false;
    }
    for (String kind : List.of("last", "first")) {
      if (node.has(kind)) {
        return sources.isNumeric(node.get(kind));
      }
    }
    return true;
  }
}
