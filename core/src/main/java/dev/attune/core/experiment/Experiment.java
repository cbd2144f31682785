package dev.attune.core.experiment;

import dev.attune.core.experiment.GrowthBookHash.Range;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Scope;
import dev.attune.core.yaml.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One comparison. The order of the checks is GrowthBook's: forced variants first, then the arm seen
 * before (their sticky bucket), then namespace and filters, then targeting, then the bucket.
 *
 * @param active whether users get its arms; of one that is stopped the results stay
 * @param seed what user ids are hashed with; keep it to keep everyone's bucket
 * @param slots where it applies; empty: everywhere
 * @param audience who takes part
 * @param forced variants of testers, by user id; they are not analysed
 * @param model the version that the second arm's users are scored by: the model registry's canary,
 *     which takes the lowest buckets, so here the arms' ranges run from the last to the first
 * @param plan how it is judged
 * @param description what it is for, in the playbook's words; null: none is given
 */
public record Experiment(
    String id,
    boolean active,
    String seed,
    Set<String> slots,
    List<Variant> variants,
    Audience audience,
    Map<String, String> forced,
    @Nullable String model,
    AnalysisPlan plan,
    @Nullable String description) {
  /** By less than this a sum of weights leaves 1 through rounding alone. */
  private static final double ROUNDING = 1e-9;

  /**
   * @param weight share of the covered users
   * @param personalize false: a control group, which gets generic replies
   */
  public record Variant(String name, double weight, boolean personalize) {}

  /**
   * Who takes part.
   *
   * @param coverage share of the users
   * @param filters parts of the population it keeps to; a namespace is one of them
   * @param targeting what must hold of a user
   */
  public record Audience(double coverage, List<Filter> filters, Expression targeting) {
    boolean has(String userId, Scope scope) {
      return isOf(userId) && targeting.test(scope);
    }

    /** Whether the user is in the part of the population that it keeps to. */
    private boolean isOf(String userId) {
      return filters.stream().allMatch(filter -> filter.holds(userId));
    }
  }

  /**
   * A part of the population.
   *
   * @param version 1 for a GrowthBook namespace, 2 for a GrowthBook filter
   */
  public record Filter(String seed, int version, List<Range> ranges) {
    boolean holds(String userId) {
      double bucket =
          version == 1
              ? GrowthBookHash.bucketV1("__" + seed, userId)
              : GrowthBookHash.bucket(seed, userId);
      return GrowthBookHash.choose(bucket, ranges) >= 0;
    }
  }

  /** Whether it has a say in this place of the chat. */
  public boolean appliesTo(String slot) {
    return slots.isEmpty() || slots.contains(slot);
  }

  List<String> arms() {
    return variants.stream().map(Variant::name).toList();
  }

  Optional<Assignment> assign(String userId, Scope scope, AssignmentContext known) {
    Variant fixed = fixed(userId, known);
    if (fixed != null) {
      return Optional.of(assignment(fixed, weights(known)));
    }
    return audience.has(userId, scope) ? drawn(userId, known) : Optional.empty();
  }

  /** Of a user to whom {@link #assign} gives no arm: why. */
  ArmLookup refusal(String userId, Scope scope, AssignmentContext known) {
    if (!audience.isOf(userId)) {
      return new ArmLookup.OtherPart();
    }
    return audience.targeting().test(scope)
        ? new ArmLookup.NotCovered()
        : new ArmLookup.ConditionFails(drawn(userId, known).map(Assignment::variant));
  }

  /** The arm of the user's bucket, whether the user takes part or not. */
  private Optional<Assignment> drawn(String userId, AssignmentContext known) {
    List<Double> weights = weights(known);
    List<Variant> order = model == null ? variants : variants.reversed();
    List<Double> inOrder = model == null ? weights : weights.reversed();
    int chosen = GrowthBookHash.choose(GrowthBookHash.bucket(seed, userId), ranges(inOrder));
    return chosen < 0 ? Optional.empty() : Optional.of(assignment(order.get(chosen), weights));
  }

  /** By which users are dealt, and which their numbers are checked against. */
  private List<Double> weights(AssignmentContext known) {
    List<Double> moved = known.weights().get(id);
    List<Double> told = moved == null ? declared() : moved;
    return model == null ? dealt(told) : dealt(told.reversed()).reversed();
  }

  /**
   * What is left of weights that add up to a little more than 1: the line of buckets ends there.
   *
   * @param weights in the order of their ranges
   */
  private static List<Double> dealt(List<Double> weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return sum > 1 + ROUNDING ? cut(weights) : weights;
  }

  private static List<Double> cut(List<Double> weights) {
    List<Double> dealt = new ArrayList<>(weights.size());
    double left = 1;
    for (double weight : weights) {
      dealt.add(weight > left + ROUNDING ? Math.max(0, left) : weight);
      left -= weight;
    }
    return dealt;
  }

  private @Nullable Variant fixed(String userId, AssignmentContext known) {
    Variant forcedOn = named(forced.get(userId));
    return forcedOn == null ? named(known.seen().get(id)) : forcedOn;
  }

  private @Nullable Variant named(@Nullable String name) {
    for (Variant variant : variants) {
      if (variant.name().equals(name)) {
        return variant;
      }
    }
    return null;
  }

  /** Each arm's weight, in their order. */
  public Map<String, Double> weights() {
    Map<String, Double> weights = new LinkedHashMap<>();
    variants.forEach(variant -> weights.put(variant.name(), variant.weight()));
    return weights;
  }

  /** Why nobody may set its weights by hand; empty: anybody may. */
  public Optional<String> weightsOwner() {
    if (plan.bandit()) {
      return Optional.of("a bandit sets the weights");
    }
    return model == null
        ? Optional.empty()
        : Optional.of("the weights are the canary's share, which is set where models are");
  }

  /**
   * What is wrong with weights for its arms; empty: nothing. The rules are those of the file.
   *
   * @param weights by arm
   */
  public Optional<String> mistakeIn(Map<String, Double> weights) {
    for (String arm : weights.keySet()) {
      if (!arms().contains(arm)) {
        return Optional.of("there is no arm `" + arm + "`" + Problems.suggestion(arm, arms()));
      }
    }
    double sum = 0;
    for (String arm : arms()) {
      Double weight = weights.get(arm);
      if (weight == null || !(weight >= 0 && weight <= 1)) {
        return Optional.of("the arm `" + arm + "` needs a weight from 0 to 1");
      }
      sum += weight;
    }
    return GrowthBookHash.isOne(sum)
        ? Optional.empty()
        : Optional.of("the weights must add up to 1, not " + sum);
  }

  /**
   * As it is with a change by hand laid over what the file says. Weights that don't fit the file's
   * arms any more, or that are not to be set by hand, are passed over.
   */
  Experiment under(ExperimentOverride change) {
    List<Variant> weighed = change.weighs(this) ? weighed(change.weights()) : variants;
    Boolean changed = change.active();
    return new Experiment(
        id,
        changed == null ? active : changed,
        seed,
        slots,
        weighed,
        audience,
        forced,
        model,
        plan,
        description);
  }

  private List<Variant> weighed(Map<String, Double> weights) {
    return variants.stream()
        .map(v -> new Variant(v.name(), weights.getOrDefault(v.name(), 0.0), v.personalize()))
        .toList();
  }

  private List<Double> declared() {
    List<Double> weights = new ArrayList<>(variants.size());
    for (Variant variant : variants) {
      weights.add(variant.weight());
    }
    return weights;
  }

  private List<Range> ranges(List<Double> weights) {
    double[] shares = new double[weights.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = weights.get(i);
    }
    return GrowthBookHash.ranges(variants.size(), audience.coverage(), shares);
  }

  private Assignment assignment(Variant variant, List<Double> weights) {
    return new Assignment(id, variant.name(), variant.personalize(), weights);
  }
}
