package dev.attune.core.scoring;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A playbook's {@code training.yaml}: what is learned and how. The file's language: docs/models.md.
 *
 * @param model the model's name in the inference API
 * @param label null when the playbook declares no label, and so can't be trained
 * @param columns how each feature and segment is encoded; what isn't named takes its kind's usual
 *     form
 * @param gates what a candidate must hold to go live
 * @param needs what it has to pass on that way before it goes live by whichever door
 * @param rollout how it gets there by itself
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
    List<Step> needs,
    RolloutSpec rollout,
    List<String> slices) {
  /** What {@code ./attune train} measures. */
  public static final List<String> METRICS =
      List.of(
          "top1",
          "top3",
          "logloss",
          "ece",
          "too_sure",
          "least_recall",
          "frequent_recall",
          "shuffled_top1",
          "live_top1",
          "live_logloss_gain",
          "live_logloss_gain_low",
          "majority_top1",
          "majority_top3",
          "last_label_top1",
          "evaluation_rows");

  /**
   * What a candidate must hold unless a playbook declares another bound of the same measure.
   *
   * <p>The calibration error of a few rows is high by chance, and an honest model of few rows is
   * less sure than right. So it is asked whether the probabilities are too high, by the interval
   * (UsualGatesTest). The bound of recall is a tenth of the least that an honest model found on a
   * forum whose topics change (docs/models.md).
   */
  static final List<Gate> USUAL_GATES =
      List.of(new Gate("too_sure", null, 0.1, null), new Gate("frequent_recall", 0.02, null, null));

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
   * @param searchTime after so long no other setting is tried
   * @param balanced whether labels weigh alike, however many rows they have
   * @param parameters handed to XGBoost, under the names by which it documents them first
   */
  public record Boosting(
      int rounds,
      int earlyStopping,
      int candidates,
      Duration searchTime,
      boolean balanced,
      Map<String, String> parameters) {}

  /**
   * What a candidate must hold.
   *
   * @param metrics as declared
   * @param usual what holds without being declared, of what was measured
   * @param betterThanLive whether it must surely be better than the live model, where both can be
   *     compared
   * @param comparedRows with fewer rows that neither has learned from they aren't compared
   * @param leakErrors how many standard errors a model of labels dealt at random may be right more
   *     often than the most frequent label is
   */
  public record Gates(
      List<Gate> metrics,
      List<Gate> usual,
      boolean betterThanLive,
      int comparedRows,
      double leakErrors) {}

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

    GateVerdict verdict(Map<String, Double> metrics) {
      Map<String, Double> figures = new LinkedHashMap<>();
      put(figures, metric, metrics.get(metric));
      put(figures, "at_least", atLeast);
      put(figures, "at_most", atMost);
      if (above != null) {
        put(figures, above, metrics.get(above));
      }
      return new GateVerdict(metric, figures, failure(metrics));
    }

    private static void put(Map<String, Double> figures, String name, @Nullable Double figure) {
      if (figure != null) {
        figures.put(name, figure);
      }
    }
  }

  /** What the gates say of metrics; a usual one is silent where nothing was measured. */
  public List<GateVerdict> verdicts(Map<String, Double> metrics) {
    return Stream.concat(
            gates.metrics().stream(),
            gates.usual().stream().filter(gate -> metrics.containsKey(gate.metric())))
        .map(gate -> gate.verdict(metrics))
        .toList();
  }

  /** The gates that metrics fail, as sentences' middles. */
  public List<String> failures(Map<String, Double> metrics) {
    return GateVerdict.failures(verdicts(metrics));
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
  static List<Column> possible(ColumnKind kind) {
    return switch (kind) {
      case NUMBER -> List.of(Column.NUMBER, Column.NONE);
      case CATEGORY -> List.of(Column.ONE_HOT, Column.FREQUENCY, Column.TARGET, Column.NONE);
      case TOKENS -> List.of(Column.TEXT, Column.NONE);
    };
  }

  /** Reads {@code training.yaml}; {@code columns} may name features, and segments by a prefix. */
  public static TrainingSpec parse(YamlNode root, FeatureSet features, SegmentSet segments) {
    return new TrainingSpecReader(features, segments).read(root);
  }

  /** The labels that the model learns, as far as the file lists them. */
  public List<String> labels() {
    return label == null ? List.of() : label.values();
  }
}
