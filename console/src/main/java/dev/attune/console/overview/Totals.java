package dev.attune.console.overview;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the instances of a service, look by look.
 *
 * <p>A counter belongs to one process at one address. So it is the growth between two looks at the
 * same process that is added to the service's total, and the total never falls: <br>
 * total += value − value before, and for a process that began since then, total += value. <br>
 * A process that is seen for the first time adds nothing, unless it is younger than {@link
 * #SILENCE_MILLIS} and the console looked before it began. What an instance counted in a longer
 * silence is left out, since nobody knows when it was. Owned by one thread.
 */
final class Totals {
  /** Two looks while nobody watches, and some; an instance may miss one of them. */
  static final long SILENCE_MILLIS = 25_000;

  /** Start times are rounded when they are told. */
  private static final double SAME_START_SECONDS = 1;

  private final Map<String, Seen> seen = new HashMap<>();
  private final Map<Metrics.Key, Double> totals = new HashMap<>();
  private long firstMillis = -1;

  /** An instance when it last answered. */
  private record Seen(long atMillis, double started, Map<Metrics.Key, Double> counters) {}

  ServiceLook add(long atMillis, List<InstanceLook> instances) {
    if (firstMillis < 0) {
      firstMillis = atMillis;
    }
    seen.values().removeIf(before -> before.atMillis < atMillis - SILENCE_MILLIS);
    List<InstanceLook> answering = instances.stream().filter(InstanceLook::answers).toList();
    answering.forEach(instance -> count(atMillis, instance));
    return new ServiceLook(
        instances.size(),
        answering.size(),
        (int) answering.stream().filter(InstanceLook::ready).count(),
        answering.stream().map(InstanceLook::version).distinct().collect(Collectors.joining(", ")),
        troubles(answering),
        metrics(answering));
  }

  private void count(long atMillis, InstanceLook instance) {
    Map<Metrics.Key, Double> counters = values(instance, Figures::isCounter);
    double started = instance.metrics().sum(Figures.STARTED);
    Seen before = seen.put(instance.address(), new Seen(atMillis, started, counters));
    Map<Metrics.Key, Double> base = counters;
    if (before != null && isSame(before, started, counters)) {
      base = before.counters;
    } else if (beganMeanwhile(atMillis, before, instance)) {
      base = Map.of();
    }
    for (Map.Entry<Metrics.Key, Double> counter : counters.entrySet()) {
      double growth = counter.getValue() - base.getOrDefault(counter.getKey(), 0.0);
      totals.merge(counter.getKey(), growth, Double::sum);
    }
  }

  /** Whether it is still the process that was seen before: counters of one never fall. */
  private static boolean isSame(Seen before, double started, Map<Metrics.Key, Double> counters) {
    return !(Math.abs(started - before.started) > SAME_START_SECONDS)
        && counters.entrySet().stream()
            .allMatch(c -> c.getValue() >= before.counters.getOrDefault(c.getKey(), 0.0));
  }

  /**
   * Whether all that it counted is new. By its own clock and not by the time of its start, since
   * clocks differ.
   */
  private boolean beganMeanwhile(long atMillis, @Nullable Seen before, InstanceLook instance) {
    double upMillis = instance.metrics().sum(Figures.UPTIME) * 1000;
    if (before != null) {
      return !(upMillis > atMillis - before.atMillis);
    }
    return upMillis <= Math.min(SILENCE_MILLIS, atMillis - firstMillis);
  }

  private Metrics metrics(List<InstanceLook> answering) {
    Map<Metrics.Key, Double> all = new HashMap<>(totals);
    for (InstanceLook instance : answering) {
      values(instance, name -> !Figures.isCounter(name))
          .forEach((key, value) -> all.merge(key, value, Figures.together(key.name())));
    }
    return Metrics.of(all);
  }

  /** By series; what an instance doesn't know itself, as NaN says, is left out. */
  private static Map<Metrics.Key, Double> values(InstanceLook instance, Predicate<String> named) {
    Map<Metrics.Key, Double> values = new HashMap<>();
    BiConsumer<Metrics.Key, Double> put =
        (key, value) -> {
          if (named.test(key.name()) && !value.isNaN()) {
            values.put(key, value);
          }
        };
    instance.metrics().forEach(put);
    return values;
  }

  /** Each once, with how many instances say so unless all do. */
  private static List<String> troubles(List<InstanceLook> answering) {
    Map<String, Integer> said = new LinkedHashMap<>();
    answering.forEach(one -> one.troubles().forEach(text -> said.merge(text, 1, Integer::sum)));
    List<String> troubles = new ArrayList<>();
    said.forEach(
        (text, n) ->
            troubles.add(
                n >= answering.size()
                    ? text
                    : "%s (%d of %d instances)".formatted(text, n, answering.size())));
    return troubles;
  }
}
