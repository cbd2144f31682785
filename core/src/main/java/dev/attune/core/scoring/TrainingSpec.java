package dev.attune.core.scoring;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.EventSelector;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A playbook's {@code training.yaml}: what is learned and how. The file's language: docs/models.md.
 *
 * @param model the model's name in the inference API
 * @param label null when the playbook declares no label, and so can't be trained
 * @param columns how each feature and segment is encoded; what isn't named takes its kind's usual
 *     form
 * @param gates what a candidate must hold to go live
 * @param slices category features by whose values the report breaks accuracy down
 */
public record TrainingSpec(
    String model,
    @Nullable Label label,
    double testShare,
    Map<String, Column> columns,
    Text text,
    Boosting boosting,
    Gates gates,
    List<String> slices) {
  /** What is not for XGBoost under {@code xgboost}. */
  private static final Set<String> OWN_KEYS =
      Set.of("rounds", "early_stopping", "candidates", "class_weights");

  private static final int MOST_CANDIDATES = 12;
  private static final String BETTER_THAN_LIVE = "better_than_live";

  /** What {@code ./attune train} measures. */
  public static final List<String> METRICS =
      List.of(
          "top1",
          "top3",
          "logloss",
          "ece",
          "least_recall",
          "shuffled_top1",
          "live_top1",
          "live_logloss_gain",
          "live_logloss_gain_low",
          "majority_top1",
          "majority_top3",
          "last_label_top1",
          "evaluation_rows");

  /**
   * What is learned of which rows: a row is taken after each of the {@code moments}, and the first
   * event of the same user that tells a label, at most {@code within} later, tells the row's.
   * Labels with fewer rows than {@code minRows} are left out.
   *
   * @param moments types of the events after which a prediction is asked for
   * @param values the labels that are learned, others are left out; empty: all that come
   */
  public record Label(
      LabelRule rule, List<String> moments, Duration within, int minRows, List<String> values) {
    /** Whether the label may be learned. */
    public boolean learns(String value) {
      return values.isEmpty() || values.contains(value);
    }
  }

  /** How a feature becomes columns. */
  public enum Column {
    NUMBER,
    ONE_HOT,
    FREQUENCY,
    TARGET,
    TEXT,
    /** Whether in a segment. */
    MEMBER,
    /** Computed, but not for the model. */
    NONE
  }

  /**
   * How text is learned.
   *
   * @param bits of hash buckets: 16 is 65,536
   * @param minRows tokens seen in fewer rows weigh nothing
   * @param folds of the out-of-fold scores that the trees are trained on
   */
  public record Text(int bits, int epochs, double rate, double decay, int minRows, int folds) {}

  /**
   * How trees are learned.
   *
   * @param rounds at most
   * @param earlyStopping after so many rounds without a lower loss on newer rows; 0: never
   * @param candidates how many settings of a fixed list are tried, the first one as declared; 1:
   *     only that
   * @param balanced whether labels weigh alike, however many rows they have
   * @param parameters handed to XGBoost as they are
   */
  public record Boosting(
      int rounds,
      int earlyStopping,
      int candidates,
      boolean balanced,
      Map<String, String> parameters) {}

  /**
   * What a candidate must hold.
   *
   * @param betterThanLive whether it must surely be better than the live model, where both can be
   *     compared
   */
  public record Gates(List<Gate> metrics, boolean betterThanLive) {}

  /**
   * A metric's least or greatest value.
   *
   * @param above another metric that it must exceed, such as {@code majority_top1}
   */
  public record Gate(
      String metric, @Nullable Double atLeast, @Nullable Double atMost, @Nullable String above) {
    /** Why the metrics fail it; null when they pass. */
    public @Nullable String failure(Map<String, Double> metrics) {
      double value = metrics.getOrDefault(metric, Double.NaN);
      if (Double.isNaN(value)) {
        return "%s was not measured".formatted(metric);
      }
      if (atLeast != null && !(value >= atLeast)) {
        return "%s is %.3f, at least %.3f is asked".formatted(metric, value, atLeast);
      }
      if (atMost != null && !(value <= atMost)) {
        return "%s is %.3f, at most %.3f is asked".formatted(metric, value, atMost);
      }
      if (above != null && !(value > metrics.getOrDefault(above, Double.NaN))) {
        return "%s is %.3f, not above %s".formatted(metric, value, above);
      }
      return null;
    }
  }

  /** The gates that metrics fail, as sentences' middles. */
  public List<String> failures(Map<String, Double> metrics) {
    List<String> failures = new ArrayList<>();
    for (Gate gate : gates.metrics()) {
      String failure = gate.failure(metrics);
      if (failure != null) {
        failures.add(failure);
      }
    }
    return failures;
  }

  /**
   * A column's encoding: as declared, else numbers as they are, categories one-hot, text scored.
   */
  public Column encoding(FeatureColumn column) {
    return columns.getOrDefault(column.name(), usual(column.kind()));
  }

  /** How a segment becomes a column: as declared, else as it is. */
  public Column encoding(String segment) {
    return columns.getOrDefault(Encoding.Segment.PREFIX + segment, Column.MEMBER);
  }

  private static Column usual(ColumnKind kind) {
    return possible(kind).getFirst();
  }

  /** How a kind can be encoded, the usual way first. */
  private static List<Column> possible(ColumnKind kind) {
    return switch (kind) {
      case NUMBER -> List.of(Column.NUMBER, Column.NONE);
      case CATEGORY -> List.of(Column.ONE_HOT, Column.FREQUENCY, Column.TARGET, Column.NONE);
      case TOKENS -> List.of(Column.TEXT, Column.NONE);
    };
  }

  /** Reads {@code training.yaml}; {@code columns} may name features, and segments by a prefix. */
  public static TrainingSpec parse(YamlNode root, FeatureSet features, SegmentSet segments) {
    root.only("model", "label", "split", "columns", "text", "xgboost", "gates", "slices");
    root.get("split").only("test");
    return new TrainingSpec(
        root.get("model").textOr("intent"),
        label(root.get("label")),
        share(root.get("split").get("test")),
        columns(root.get("columns"), features, segments),
        text(root.get("text")),
        boosting(root.get("xgboost")),
        gates(root.get("gates")),
        slices(root.get("slices"), features));
  }

  /** The labels that the model learns, as far as the file lists them. */
  public List<String> labels() {
    return label == null ? List.of() : label.values();
  }

  private static @Nullable Label label(YamlNode node) {
    if (node.isMissing()) {
      return null;
    }
    node.only("event", "field", "yes", "no", "for", "within", "min_rows", "values");
    List<String> moments = node.get("for").texts();
    if (moments.isEmpty()) {
      node.problem("`for` must name the events after which a prediction is asked for");
    }
    node.get("for").items().forEach(EventSelector::checkType);
    return new Label(
        rule(node),
        moments,
        node.get("within").durationOr(Duration.ofMinutes(30)),
        node.get("min_rows").integerOr(5, 1, 1_000_000),
        node.get("values").texts());
  }

  private static LabelRule rule(YamlNode node) {
    if (node.get("yes").isMissing()) {
      if (EventSelector.checkType(node.get("event"))) {
        EventSelector.checkField(node.get("event").text(), node.get("field"));
      }
      return new LabelRule.NextValue(node.get("event").text(), node.get("field").text());
    }
    if (!node.get("event").isMissing() || !node.get("field").isMissing()) {
      node.problem("`yes` and `no` stand in place of `event` and `field`");
    }
    List<String> names = node.get("values").texts();
    if (!names.isEmpty() && names.size() != 2) {
      node.get("values").problem("`values` names two labels here, that of `yes` first");
    }
    YamlNode no = node.get("no");
    return new LabelRule.YesOrNo(
        EventSelector.events(node.get("yes")),
        no.isMissing() ? null : EventSelector.events(no),
        names.size() == 2 ? names.getFirst() : "yes",
        names.size() == 2 ? names.getLast() : "no",
        String.join(" or ", node.get("yes").texts()));
  }

  private static List<String> slices(YamlNode node, FeatureSet features) {
    List<String> categories =
        features.columns().stream()
            .filter(column -> column.kind() == ColumnKind.CATEGORY)
            .map(FeatureColumn::name)
            .toList();
    for (YamlNode item : node.items()) {
      String name = item.text();
      if (!categories.contains(name)) {
        item.problem(
            "unknown category feature `" + name + "`" + Problems.suggestion(name, categories));
      }
    }
    return node.texts();
  }

  private static double share(YamlNode node) {
    if (node.isMissing()) {
      return 0.2;
    }
    String text = node.text().strip();
    try {
      double share =
          text.endsWith("%")
              ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
              : Double.parseDouble(text);
      if (share > 0 && share < 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // reported below, as is a share out of range
    }
    node.problem("`split.test` must be a share such as 20%");
    return 0.2;
  }

  /** What can be a column, by its name, with the ways to encode it. */
  private static Map<String, List<Column>> possible(FeatureSet features, SegmentSet segments) {
    Map<String, List<Column>> possible = new LinkedHashMap<>();
    features.columns().forEach(column -> possible.put(column.name(), possible(column.kind())));
    segments
        .names()
        .forEach(
            name ->
                possible.put(Encoding.Segment.PREFIX + name, List.of(Column.MEMBER, Column.NONE)));
    return possible;
  }

  private static Map<String, Column> columns(
      YamlNode node, FeatureSet features, SegmentSet segments) {
    Map<String, List<Column>> possible = possible(features, segments);
    Map<String, Column> columns = new LinkedHashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      List<Column> ways = possible.get(entry.key());
      if (ways == null) {
        entry.problem(
            "unknown feature or segment `%s`%s"
                .formatted(entry.key(), Problems.suggestion(entry.key(), possible.keySet())));
        continue;
      }
      Column column = entry.value().oneOf(Column.class, ways.getFirst());
      if (!ways.contains(column)) {
        entry.problem(
            "`%s` can't be encoded as %s"
                .formatted(entry.key(), column.name().toLowerCase(java.util.Locale.ROOT)));
        continue;
      }
      columns.put(entry.key(), column);
    }
    return columns;
  }

  private static Text text(YamlNode node) {
    node.only("bits", "epochs", "rate", "decay", "min_rows", "folds");
    return new Text(
        node.get("bits").integerOr(16, 8, 22),
        node.get("epochs").integerOr(10, 1, 1000),
        node.get("rate").numberOr(0.5),
        node.get("decay").numberOr(1e-5),
        node.get("min_rows").integerOr(2, 1, 1_000_000),
        node.get("folds").integerOr(5, 2, 20));
  }

  private static Boosting boosting(YamlNode node) {
    Map<String, String> params = new LinkedHashMap<>();
    params.put("tree_method", "hist");
    params.put("max_depth", "4");
    params.put("eta", "0.1");
    for (YamlNode.Entry entry : node.entries()) {
      if (!OWN_KEYS.contains(entry.key())) {
        params.put(entry.key(), entry.value().text());
      }
    }
    return new Boosting(
        node.get("rounds").integerOr(80, 1, 10_000),
        node.get("early_stopping").integerOr(20, 0, 10_000),
        node.get("candidates").integerOr(1, 1, MOST_CANDIDATES),
        isBalanced(node.get("class_weights")),
        params);
  }

  private static boolean isBalanced(YamlNode node) {
    String weights = node.textOr("none");
    if (!weights.equals("none") && !weights.equals("balanced")) {
      node.problem("`class_weights` is `none` or `balanced`");
    }
    return weights.equals("balanced");
  }

  private static Gates gates(YamlNode node) {
    List<Gate> gates = new ArrayList<>();
    boolean betterThanLive = true;
    for (YamlNode.Entry entry : node.entries()) {
      if (entry.key().equals(BETTER_THAN_LIVE)) {
        betterThanLive = entry.value().flagOr(true);
        continue;
      }
      entry.value().only("at_least", "at_most", "above");
      YamlNode atLeast = entry.value().get("at_least");
      YamlNode atMost = entry.value().get("at_most");
      YamlNode above = entry.value().get("above");
      checkMetric(entry.name());
      checkMetric(above);
      gates.add(
          new Gate(
              entry.key(),
              atLeast.isMissing() ? null : atLeast.number(),
              atMost.isMissing() ? null : atMost.number(),
              above.textOrNull()));
    }
    return new Gates(gates, betterThanLive);
  }

  /**
   * A model of one's own may bring other metrics; that of a slice is {@code top1{locale=en-US}}.
   */
  private static void checkMetric(YamlNode node) {
    String name = node.textOrNull();
    String metric = name == null ? null : name.replaceFirst("\\{.*", "");
    if (metric != null && !METRICS.contains(metric)) {
      node.warning("unknown metric `" + name + "`" + Problems.suggestion(metric, METRICS));
    }
  }
}
