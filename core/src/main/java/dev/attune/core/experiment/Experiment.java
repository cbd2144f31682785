package dev.attune.core.experiment;

import dev.attune.core.experiment.GrowthBookHash.Range;
import dev.attune.core.experiment.measure.Plan;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Scope;
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
 * @param coverage share of the users who take part
 * @param filters parts of the population it keeps to; a namespace is one of them
 * @param targeting who may take part
 * @param forced variants of testers, by user id; they are not analysed
 * @param model the version that the second arm's users are scored by: the model registry's canary,
 *     which takes the lowest buckets, so here the arms' ranges run from the last to the first
 * @param plan how it is judged
 */
public record Experiment(
    String id,
    String seed,
    Set<String> slots,
    List<Variant> variants,
    double coverage,
    List<Filter> filters,
    Expression targeting,
    Map<String, String> forced,
    @Nullable String model,
    Plan plan) {

  /**
   * @param weight share of the covered users
   * @param personalize false: a control group, which gets generic replies
   */
  public record Variant(String name, double weight, boolean personalize) {}

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

  Optional<Assignment> assign(String userId, Scope scope, Arms known) {
    List<Double> weights = known.weights().getOrDefault(id, declared());
    Optional<Variant> fixed = named(forced.get(userId)).or(() -> named(known.seen().get(id)));
    if (fixed.isPresent()) {
      return fixed.map(variant -> assignment(variant, weights));
    }
    if (!filters.stream().allMatch(filter -> filter.holds(userId)) || !targeting.test(scope)) {
      return Optional.empty();
    }
    List<Variant> order = model == null ? variants : variants.reversed();
    List<Double> inOrder = model == null ? weights : weights.reversed();
    int chosen = GrowthBookHash.choose(GrowthBookHash.bucket(seed, userId), ranges(inOrder));
    return chosen < 0 ? Optional.empty() : Optional.of(assignment(order.get(chosen), weights));
  }

  private Optional<Variant> named(@Nullable String name) {
    return name == null
        ? Optional.empty()
        : variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
  }

  private List<Double> declared() {
    return variants.stream().map(Variant::weight).toList();
  }

  private List<Range> ranges(List<Double> weights) {
    double[] shares = weights.stream().mapToDouble(Double::doubleValue).toArray();
    return GrowthBookHash.ranges(variants.size(), coverage, shares);
  }

  private Assignment assignment(Variant variant, List<Double> weights) {
    return new Assignment(id, variant.name(), variant.personalize(), weights);
  }
}
