package dev.attune.core.experiment;

import dev.attune.core.experiment.GrowthBookHash.Range;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One running comparison. The order of the checks is GrowthBook's: forced variants first, then
 * namespace and filters, then targeting, then the bucket.
 *
 * @param seed what user ids are hashed with; keep it to keep everyone's bucket
 * @param slots where it applies; empty: everywhere
 * @param coverage share of the users who take part
 * @param filters parts of the population it keeps to; a namespace is one of them
 * @param targeting who may take part
 * @param forced variants of testers, by user id; they are not analysed
 */
public record Experiment(
    String id,
    String seed,
    Set<String> slots,
    List<Variant> variants,
    double coverage,
    List<Filter> filters,
    Expression targeting,
    Map<String, String> forced) {

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

  Optional<Assignment> assign(String userId, Scope scope) {
    String name = forced.get(userId);
    if (name != null) {
      return variants.stream().filter(v -> v.name().equals(name)).findFirst().map(this::assignment);
    }
    if (!filters.stream().allMatch(filter -> filter.holds(userId)) || !targeting.test(scope)) {
      return Optional.empty();
    }
    int chosen = GrowthBookHash.choose(GrowthBookHash.bucket(seed, userId), ranges());
    return chosen < 0 ? Optional.empty() : Optional.of(assignment(variants.get(chosen)));
  }

  private List<Range> ranges() {
    double[] weights = variants.stream().mapToDouble(Variant::weight).toArray();
    return GrowthBookHash.ranges(variants.size(), coverage, weights);
  }

  private Assignment assignment(Variant variant) {
    return new Assignment(id, variant.name(), variant.personalize());
  }
}
