package dev.attune.core.scoring;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.EventSelector;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.TrainingSpec.Column;
import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.core.scoring.TrainingSpec.Text;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code training.yaml} and reports everything that is wrong with it, at its line. */
final class TrainingSpecReader {
  static final int MOST_ROWS = 1_000_000_000;

  /** Fewer tell too little, and one user alone gives no interval. */
  static final int ENOUGH_ROWS = 100;

  /** A log loss that is so little higher harms nobody; in nats. */
  private static final double NEGLIGIBLE = 0.02;

  private final FeatureSet features;
  private final SegmentSet segments;

  TrainingSpecReader(FeatureSet features, SegmentSet segments) {
    this.features = features;
    this.segments = segments;
  }

  TrainingSpec read(YamlNode root) {
    root.only(
        "model",
        "label",
        "split",
        "columns",
        "text",
        "xgboost",
        "gates",
        "promotion",
        "rollout",
        "slices");
    root.get("split").only("test");
    return new TrainingSpec(
        root.get("model").textOr("intent"),
        label(root.get("label")),
        share(root.get("split"), "test", 0.2),
        columns(root.get("columns")),
        text(root.get("text")),
        BoostingReader.read(root.get("xgboost")),
        GatesReader.read(root.get("gates")),
        needs(root.get("promotion")),
        rollout(root.get("rollout")),
        slices(root.get("slices")));
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

  private List<String> slices(YamlNode node) {
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

  private enum Need {
    OFFLINE,
    SHADOW,
    CANARY
  }

  private static List<Step> needs(YamlNode promotion) {
    promotion.only("needs");
    YamlNode node = promotion.get("needs");
    Set<Need> named = EnumSet.noneOf(Need.class);
    node.items().forEach(item -> named.add(item.oneOf(Need.class, Need.OFFLINE)));
    if (!node.isMissing() && !named.contains(Need.OFFLINE)) {
      node.problem("`promotion.needs` must name `offline`: gates are always asked");
    }
    List<Step> needs = new ArrayList<>();
    if (named.contains(Need.SHADOW)) {
      needs.add(Step.SHADOW);
    }
    if (named.contains(Need.CANARY)) {
      needs.add(Step.CANARY);
    }
    return needs;
  }

  private static RolloutSpec rollout(YamlNode node) {
    node.only("shadow", "canary", "since_training", "failed", "failed_rows", "watch");
    YamlNode shadow = node.get("shadow");
    shadow.only(
        "predictions",
        "agree",
        "distance",
        "label_shift",
        "failed",
        "dropped",
        "row_time",
        "within");
    YamlNode canary = node.get("canary");
    canary.only("share", "for", "within");
    Duration lasts = canary.get("for").durationOr(Duration.ofDays(7));
    Duration within = canary.get("within").durationOr(Duration.ofDays(30));
    if (lasts.compareTo(within) > 0) {
      (canary.has("within") ? canary.get("within") : canary.get("for"))
          .problem("a canary's `for` is longer than its `within`: no version could pass");
    }
    YamlNode since = node.get("since_training");
    since.only("rows", "worse");
    return new RolloutSpec(
        new RolloutSpec.Shadow(
            shadow.get("predictions").integerOr(1_000, 1, MOST_ROWS),
            share(shadow, "agree", 0.2),
            share(shadow, "distance", 0.9),
            share(shadow, "label_shift", 0.8),
            share(shadow, "failed", 0.01),
            share(shadow, "dropped", 0.1),
            shadow.get("row_time").durationOr(Duration.ofMillis(10)),
            shadow.get("within").durationOr(Duration.ofDays(1))),
        new RolloutSpec.Canary(share(canary, "share", 0.1), lasts, within, true),
        new RolloutSpec.SinceTraining(
            since.get("rows").integerOr(ENOUGH_ROWS, 1, MOST_ROWS),
            atLeastZero(since, "worse", NEGLIGIBLE)),
        new RolloutSpec.Failures(
            share(node, "failed", 0.01),
            node.get("failed_rows").integerOr(ENOUGH_ROWS, 1, MOST_ROWS)),
        node.get("watch").durationOr(Duration.ofHours(1)));
  }

  /** As a number or in percent; above 0, below 1. */
  private static double share(YamlNode parent, String key, double otherwise) {
    YamlNode node = parent.get(key);
    if (node.isMissing()) {
      return otherwise;
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
    node.problem("`" + key + "` must be a share such as 20%");
    return otherwise;
  }

  static double atLeastZero(YamlNode parent, String key, double otherwise) {
    YamlNode node = parent.get(key);
    double number = node.numberOr(otherwise);
    if (number >= 0 && Double.isFinite(number)) {
      return number;
    }
    node.problem("`%s` must be a number from 0 up, not %s".formatted(key, node.text()));
    return otherwise;
  }

  /** What can be a column, by its name, with the ways to encode it. */
  private Map<String, List<Column>> possible() {
    Map<String, List<Column>> possible = new LinkedHashMap<>();
    features
        .columns()
        .forEach(column -> possible.put(column.name(), TrainingSpec.possible(column.kind())));
    segments
        .names()
        .forEach(
            name ->
                possible.put(Encoding.Segment.PREFIX + name, List.of(Column.MEMBER, Column.NONE)));
    return possible;
  }

  private Map<String, Column> columns(YamlNode node) {
    Map<String, List<Column>> possible = possible();
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
                .formatted(entry.key(), column.name().toLowerCase(Locale.ROOT)));
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
        atLeastZero(node, "rate", 0.5),
        atLeastZero(node, "decay", 1e-5),
        node.get("min_rows").integerOr(2, 1, 1_000_000),
        node.get("folds").integerOr(5, 2, 20));
  }
}
