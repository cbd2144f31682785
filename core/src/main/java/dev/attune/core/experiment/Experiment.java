package dev.attune.core.experiment;

import dev.attune.core.experiment.GrowthBookHash.Range;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One running comparison. The order of the checks is GrowthBook's: forced variants first, then the
 * arm seen before (their sticky bucket), then namespace and filters, then targeting, then the
 * bucket.
 *
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
    String seed,
    Set<String> slots,
    List<Variant> variants,
    Audience audience,
    Map<String, String> forced,
    @Nullable String model,
    AnalysisPlan plan,
    @Nullable String description) {
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
      return filters.stream().allMatch(filter -> filter.holds(userId)) && targeting.test(scope);
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

  boolean appliesTo(String slot) {
    return slots.isEmpty() || slots.contains(slot);
  }

  List<String> arms() {
    return variants.stream().map(Variant::name).toList();
  }

  Optional<Assignment> assign(String userId, Scope scope, AssignmentContext known) {
    List<Double> moved = known.weights().get(id);
    List<Double> weights = moved == null ? declared() : moved;
    Variant fixed = fixed(userId, known);
    if (fixed != null) {
      return Optional.of(assignment(fixed, weights));
    }
    if (!audience.has(userId, scope)) {
      return Optional.empty();
    }
    List<Variant> order = model == null ? variants : variants.reversed();
    List<Double> inOrder = model == null ? weights : weights.reversed();
    int chosen = GrowthBookHash.choose(GrowthBookHash.bucket(seed, userId), ranges(inOrder));
    return chosen < 0 ? Optional.empty() : Optional.of(assignment(order.get(chosen), weights));
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
