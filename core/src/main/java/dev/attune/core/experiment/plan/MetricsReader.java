package dev.attune.core.experiment.plan;

import dev.attune.core.experiment.plan.Metric.Kind;
import dev.attune.core.experiment.plan.Metric.Unit;
import dev.attune.core.feature.EventSelector;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the {@code metrics} of {@code experiments.yaml}; faults are reported at their lines. */
public final class MetricsReader {
  private static final Duration WINDOW = Duration.ofDays(7);
  private static final Duration WITHIN = Duration.ofHours(24);
  private static final List<String> CUSTOM =
      List.of("count", "sum", "any", "mean", "rate", "per_reply", "quantile");

  /** Metrics that need no words: what they are made of, and whether more of it is better. */
  private enum BuiltIn {
    RESOLUTION_TIME(Kind.TIME, Unit.SECONDS, false, null, null),
    RESOLUTION_RATE(Kind.SOLVED, Unit.SHARE, true, null, null),
    CSAT_MEAN(Kind.MEAN, Unit.NUMBER, true, "feedback.score where kind == \"csat\"", null),
    CSAT_SHARE(Kind.RATE, Unit.SHARE, true, null, "feedback where kind == \"csat\""),
    QUICK_REPLY_USE(Kind.PER_REPLY, Unit.SHARE, true, "quick_reply_used", null),
    MESSAGES_PER_SESSION(Kind.RATE, Unit.NUMBER, true, "message_sent", "session_started"),
    RETURN_RATE(Kind.RETURN, Unit.SHARE, true, null, null),
    AGENT_HANDLING_TIME(
        Kind.SUM, Unit.SECONDS, false, "agent_replied.responseSeconds where !automated", null),
    HANDOFF_RATE(Kind.ANY, Unit.SHARE, false, "agent_replied where !automated", null),
    CUSTOM(Kind.COUNT, Unit.NUMBER, true, null, null);

    private final Kind kind;
    private final Unit unit;
    private final boolean higherIsBetter;
    private final @Nullable String of;
    private final @Nullable String over;

    BuiltIn(
        Kind kind, Unit unit, boolean higherIsBetter, @Nullable String of, @Nullable String over) {
      this.kind = kind;
      this.unit = unit;
      this.higherIsBetter = higherIsBetter;
      this.of = of;
      this.over = over;
    }
  }

  private enum Better {
    HIGHER,
    LOWER
  }

  private final Duration sessionGap;

  /**
   * @param sessionGap the silence that ends a session, by which a user's return is told
   */
  public MetricsReader(Duration sessionGap) {
    this.sessionGap = sessionGap;
  }

  public Map<String, Metric> read(YamlNode node) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      metrics.put(entry.key(), metric(entry.key(), entry.value()));
    }
    return metrics;
  }

  private Metric metric(String name, YamlNode node) {
    BuiltIn kind = node.get("kind").oneOf(BuiltIn.class, BuiltIn.CUSTOM);
    if (kind != BuiltIn.CUSTOM) {
      return builtIn(name, kind, node);
    }
    boolean isMeant = node.get("kind").textOr("custom").equals("custom");
    return isMeant ? custom(name, node) : nothing(name);
  }

  private Metric builtIn(String name, BuiltIn kind, YamlNode node) {
    switch (kind) {
      case RESOLUTION_RATE -> node.only("kind", "description", "window", "better", "within");
      case CSAT_SHARE -> node.only("kind", "description", "window", "better", "at_least");
      default -> node.only("kind", "description", "window", "better");
    }
    String of = kind.of;
    if (kind == BuiltIn.CSAT_SHARE) {
      double least = node.get("at_least").numberOr(4);
      of = "feedback where kind == \"csat\" && score >= " + least;
    }
    return new Metric(
        name,
        kind.kind,
        window(node),
        isHigherBetter(node, kind.higherIsBetter),
        kind == BuiltIn.RETURN_RATE ? sessionGap : node.get("within").durationOr(WITHIN),
        0.5,
        of == null ? null : selector(kind.kind, text(of, node)),
        kind.over == null ? null : EventSelector.events(text(kind.over, node)),
        kind.unit,
        node.get("description").textOrNull());
  }

  private static Metric custom(String name, YamlNode node) {
    List<String> given = CUSTOM.stream().filter(node::has).toList();
    if (given.size() != 1) {
      node.problem(
          "metric `" + name + "` needs a `kind`, or exactly one of " + String.join(", ", CUSTOM));
      return nothing(name);
    }
    String form = given.getFirst();
    Kind kind = Kind.valueOf(form.toUpperCase(java.util.Locale.ROOT));
    switch (kind) {
      case RATE -> node.only("kind", "description", "window", "better", form, "over");
      case QUANTILE -> node.only("kind", "description", "window", "better", form, "q");
      default -> node.only("kind", "description", "window", "better", form);
    }
    EventSelector of = selector(kind, node.get(form));
    return new Metric(
        name,
        kind,
        window(node),
        isHigherBetter(node, true),
        WITHIN,
        quantile(node.get("q")),
        of,
        kind == Kind.RATE ? EventSelector.events(node.get("over")) : null,
        unit(kind, of),
        node.get("description").textOrNull());
  }

  private static Unit unit(Kind kind, EventSelector of) {
    return switch (kind) {
      case ANY, SOLVED, RETURN -> Unit.SHARE;
      case TIME -> Unit.SECONDS;
      case SUM, MEAN, QUANTILE -> of.isSeconds() ? Unit.SECONDS : Unit.NUMBER;
      case COUNT, RATE, PER_REPLY -> Unit.NUMBER;
    };
  }

  private static double quantile(YamlNode node) {
    double q = node.numberOr(0.5);
    if (!(q > 0 && q < 1)) {
      node.problem("`q` must be between 0 and 1, not " + q);
    }
    return q;
  }

  private static Metric nothing(String name) {
    return new Metric(name, Kind.COUNT, WINDOW, true, WITHIN, 0.5, null, null, Unit.NUMBER, null);
  }

  private static EventSelector selector(Kind kind, YamlNode node) {
    return switch (kind) {
      case SUM, MEAN, QUANTILE -> EventSelector.numbers(node);
      case COUNT, ANY, RATE, PER_REPLY, TIME, SOLVED, RETURN -> EventSelector.events(node);
    };
  }

  private static boolean isHigherBetter(YamlNode node, boolean otherwise) {
    Better given = node.get("better").oneOf(Better.class, otherwise ? Better.HIGHER : Better.LOWER);
    return given == Better.HIGHER;
  }

  private static Duration window(YamlNode node) {
    Duration window = node.get("window").durationOr(WINDOW);
    if (window.isZero()) {
      node.get("window").problem("a window of no time holds no events");
    }
    return window;
  }

  private static YamlNode text(String text, YamlNode where) {
    String quoted = "'" + text.replace("'", "''") + "'";
    return YamlNode.parse(where.file(), quoted, where.problems());
  }

  /** The metric of that name; null after reporting that there is none. */
  static @Nullable Metric named(YamlNode node, Map<String, Metric> metrics) {
    String name = node.text();
    Metric metric = metrics.get(name);
    if (metric == null) {
      node.problem("unknown metric `" + name + "`" + Problems.suggestion(name, metrics.keySet()));
    }
    return metric;
  }
}
