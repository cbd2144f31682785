package dev.attune.core.experiment.plan;

import dev.attune.core.experiment.plan.AnalysisPlan.Correction;
import dev.attune.core.experiment.plan.AnalysisPlan.Measured;
import dev.attune.core.experiment.plan.AnalysisPlan.Role;
import dev.attune.core.experiment.plan.AnalysisPlan.Sample;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads how an experiment is judged. */
public final class AnalysisPlanReader {
  private static final String[] KEYS = {
    "goal",
    "others",
    "guardrails",
    "covariate",
    "alpha",
    "power",
    "plannedUsers",
    "minUsers",
    "minDuration",
    "correction",
    "bandit"
  };

  private final Map<String, Metric> metrics;
  private final List<String> numbers;

  public AnalysisPlanReader(Map<String, Metric> metrics, FeatureSet features) {
    this.metrics = metrics;
    this.numbers =
        features.columns().stream()
            .filter(column -> column.kind() == ColumnKind.NUMBER)
            .map(FeatureColumn::name)
            .toList();
  }

  /**
   * @param node the value of {@code judge}
   */
  public AnalysisPlan read(YamlNode node) {
    if (node.isMissing()) {
      return AnalysisPlan.NONE;
    }
    node.only(KEYS);
    AnalysisPlan or = AnalysisPlan.NONE;
    List<Measured> measured = measured(node);
    return new AnalysisPlan(
        measured,
        covariate(node.get("covariate")),
        share(node.get("alpha"), or.alpha()),
        share(node.get("power"), or.power()),
        sample(node, or.sample()),
        node.get("correction").oneOf(Correction.class, or.correction()),
        node.get("bandit").flagOr(or.bandit()));
  }

  private static Sample sample(YamlNode node, Sample or) {
    return new Sample(
        node.get("plannedUsers").integerOr((int) or.plannedUsers(), 2, 1_000_000_000),
        node.get("minUsers").integerOr((int) or.minUsers(), 2, 1_000_000_000),
        node.get("minDuration").durationOr(or.minDuration()));
  }

  private List<Measured> measured(YamlNode node) {
    List<Measured> measured = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    if (node.get("goal").isMissing()) {
      node.problem("`goal` is missing: name the one metric that the experiment is about");
    }
    add(node.get("goal"), Role.GOAL, measured, seen);
    add(node.get("others"), Role.OTHER, measured, seen);
    add(node.get("guardrails"), Role.GUARDRAIL, measured, seen);
    return measured;
  }

  private void add(YamlNode node, Role role, List<Measured> to, Set<String> seen) {
    for (YamlNode item : node.items()) {
      Metric metric = MetricsReader.named(item, metrics);
      if (metric != null && !seen.add(metric.name())) {
        item.problem("`" + metric.name() + "` is named twice");
      } else if (metric != null) {
        to.add(new Measured(metric, role));
      }
    }
  }

  private @Nullable String covariate(YamlNode node) {
    String name = node.textOrNull();
    if (name != null && !numbers.contains(name)) {
      node.problem("unknown number feature `" + name + "`" + Problems.suggestion(name, numbers));
    }
    return name;
  }

  private static double share(YamlNode node, double otherwise) {
    double share = node.numberOr(otherwise);
    if (!(share > 0 && share < 1)) {
      node.problem("must be between 0 and 1, not " + share);
      return otherwise;
    }
    return share;
  }
}
