package dev.attune.core.experiment;

import dev.attune.core.experiment.Experiment.Audience;
import dev.attune.core.experiment.Experiment.Filter;
import dev.attune.core.experiment.Experiment.Variant;
import dev.attune.core.experiment.Experiments.Holdout;
import dev.attune.core.experiment.GrowthBookHash.Range;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.AnalysisPlanReader;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.plan.MetricsReader;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Expressions;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code experiments.yaml} and reports everything that is wrong with it, at its line. */
final class ExperimentsReader {
  private static final String[] KEYS = {
    "id",
    "description",
    "active",
    "hashAttribute",
    "seed",
    "slots",
    "coverage",
    "namespace",
    "filters",
    "when",
    "force",
    "model",
    "judge",
    "variants"
  };

  /** Phones and browsers send what they kept while offline: most of it within minutes. */
  private static final Duration SETTLE = Duration.ofMinutes(10);

  private static final String NO_BANDIT =
      "a canary's share is set where models are, not by a bandit";

  private final Collection<String> slots;
  private final Expressions expressions;

  private final FeatureSet features;
  private final MetricsReader metrics;
  private AnalysisPlanReader plans;

  ExperimentsReader(
      Collection<String> slots, Expressions expressions, FeatureSet features, Duration sessionGap) {
    this.slots = slots;
    this.expressions = expressions;
    this.features = features;
    this.metrics = new MetricsReader(sessionGap);
    this.plans = new AnalysisPlanReader(Map.of(), features);
  }

  Experiments read(YamlNode root) {
    root.only("settle", "metrics", "holdout", "canary", "experiments");
    plans = new AnalysisPlanReader(metrics.read(root.get("metrics")), features);
    List<Experiment> declared = new ArrayList<>();
    Set<String> ids = new HashSet<>(Set.of(Experiments.HOLDOUT));
    for (YamlNode item : root.get("experiments").items()) {
      Experiment experiment = experiment(item);
      if (!ids.add(experiment.id())) {
        item.get("id").problem("the id `" + experiment.id() + "` is already taken");
      }
      declared.add(experiment);
    }
    AnalysisPlan holdoutPlan = plans.read(root.get("holdout").get("judge"));
    Duration settle = root.get("settle").durationOr(SETTLE);
    return new Experiments(
        declared, holdout(root.get("holdout")), holdoutPlan, canary(root.get("canary")), settle);
  }

  private CanaryComparison canary(YamlNode node) {
    node.only("description", "judge");
    AnalysisPlan plan = plans.read(node.get("judge"));
    if (plan.bandit()) {
      node.get("judge").problem(NO_BANDIT);
    }
    return new CanaryComparison(plan);
  }

  private Experiment experiment(YamlNode node) {
    node.only(KEYS);
    String id = node.get("id").text();
    if (id.contains("/")) {
      node.get("id").problem("an id can't contain a slash");
    }
    if (!node.get("hashAttribute").textOr("userId").equals("userId")) {
      node.get("hashAttribute").problem("only `userId` can be hashed");
    }
    List<Variant> variants = variants(node);
    return new Experiment(
        id,
        node.get("active").flagOr(true),
        seed(node, id),
        slots(node.get("slots")),
        variants,
        new Audience(share(node.get("coverage"), 1), filters(node), targeting(node)),
        forced(node.get("force"), variants),
        node.get("model").textOrNull(),
        plan(node),
        node.get("description").textOrNull());
  }

  /** Of an experiment on models the seed is the canary's, so that arm and scoring model agree. */
  private static String seed(YamlNode node, String id) {
    if (!node.has("model")) {
      return node.get("seed").textOr(id);
    }
    if (node.has("seed") || node.has("coverage") || node.has("force")) {
      node.get("model")
          .problem(
              "an experiment on models takes its users as the canary does: no `seed`,"
                  + " `coverage` or `force`");
    }
    if (node.get("variants").items().size() != 2) {
      node.get("model").problem("two models are compared: the live one first, then this one");
    }
    return CanaryComparison.id(node.get("model").text());
  }

  private AnalysisPlan plan(YamlNode node) {
    AnalysisPlan plan = plans.read(node.get("judge"));
    if (plan.bandit() && node.has("model")) {
      node.get("judge").problem(NO_BANDIT);
    }
    if (plan.bandit() && !plan.measured().isEmpty()) {
      Metric goal = plan.measured().getFirst().metric();
      if (goal.needsSketch()) {
        node.get("judge")
            .problem(
                "a bandit learns from a mean, a share or a ratio; `%s` is a quantile or a time"
                    .formatted(goal.name()));
      }
    }
    return plan;
  }

  private List<Variant> variants(YamlNode node) {
    List<Variant> variants = new ArrayList<>();
    Set<String> names = new HashSet<>();
    double sum = 0;
    List<YamlNode> items = node.get("variants").items();
    for (YamlNode item : items) {
      item.only("name", "weight", "personalize", "description");
      String name = item.get("name").text();
      if (!names.add(name)) {
        item.problem("there are two variants named `" + name + "`");
      }
      double weight = share(item.get("weight"), 1.0 / items.size());
      sum += weight;
      variants.add(new Variant(name, weight, item.get("personalize").flagOr(true)));
    }
    if (variants.size() < 2) {
      node.problem("an experiment compares at least two `variants`");
    } else if (!GrowthBookHash.isOne(sum)) {
      node.get("variants").problem("the weights must add up to 1, not " + sum);
    }
    return variants;
  }

  private Set<String> slots(YamlNode node) {
    Set<String> names = new LinkedHashSet<>();
    for (YamlNode item : node.items()) {
      String name = item.text();
      if (!slots.contains(name)) {
        item.problem("unknown slot `" + name + "`" + Problems.suggestion(name, slots));
      }
      names.add(name);
    }
    return names;
  }

  private List<Filter> filters(YamlNode node) {
    List<Filter> filters = new ArrayList<>();
    YamlNode namespace = node.get("namespace");
    if (!namespace.isMissing()) {
      namespace.only("name", "from", "to");
      Range range = range(namespace, namespace.get("from"), namespace.get("to"));
      filters.add(new Filter(namespace.get("name").text(), 1, List.of(range)));
    }
    for (YamlNode item : node.get("filters").items()) {
      item.only("seed", "from", "to");
      Range range = range(item, item.get("from"), item.get("to"));
      filters.add(new Filter(item.get("seed").text(), 2, List.of(range)));
    }
    return filters;
  }

  private @Nullable Holdout holdout(YamlNode node) {
    if (node.isMissing()) {
      return null;
    }
    node.only("seed", "share", "description", "judge");
    String seed = node.get("seed").textOr(Experiments.HOLDOUT);
    double share = share(node.get("share"), 0);
    return new Holdout(new Filter(seed, 2, List.of(new Range(0, share))), share);
  }

  private Expression targeting(YamlNode node) {
    return node.has("when")
        ? expressions.compile(node.get("when"))
        : expressions.compile("true", node);
  }

  private Map<String, String> forced(YamlNode node, List<Variant> variants) {
    List<String> names = variants.stream().map(Variant::name).toList();
    Map<String, String> forced = new LinkedHashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      String variant = entry.value().text();
      if (!names.contains(variant)) {
        entry
            .value()
            .problem("unknown arm `" + variant + "`" + Problems.suggestion(variant, names));
      }
      forced.put(entry.key(), variant);
    }
    return forced;
  }

  private static Range range(YamlNode where, YamlNode from, YamlNode to) {
    Range range = new Range(share(from, 0), share(to, 1));
    if (range.from() >= range.to()) {
      where.problem("`from` must be below `to`");
    }
    return range;
  }

  private static double share(YamlNode node, double otherwise) {
    double share = node.numberOr(otherwise);
    if (!(share >= 0 && share <= 1)) {
      node.problem("must be a share from 0 to 1, not " + share);
    }
    return Math.clamp(Double.isNaN(share) ? 0 : share, 0, 1);
  }
}
