package dev.attune.streams;

import dev.attune.core.experiment.measure.ExperimentSlice;
import dev.attune.core.kpi.KpiSums;
import dev.attune.schemas.avro.ArmResult;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.MetricResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An experiment's sums by arm, counted anew from what lies in the topics: by other code than the
 * service's, over all records at once. Amounts are whole numbers, so that sums are exact in any
 * order.
 */
record ResultRecount(Map<String, Arm> arms) {
  /** One arm; the sums are of the metrics' numerators and of their squares. */
  record Arm(
      long exposed,
      long finished,
      long silent,
      long handlingUsers,
      double handling,
      double handlingSquares,
      long issues,
      long resolved,
      double seconds) {
    Arm metricsOnly() {
      return new Arm(0, 0, 0, handlingUsers, handling, handlingSquares, issues, resolved, seconds);
    }

    Arm plus(Arm o) {
      return new Arm(
          exposed + o.exposed,
          finished + o.finished,
          silent + o.silent,
          handlingUsers + o.handlingUsers,
          handling + o.handling,
          handlingSquares + o.handlingSquares,
          issues + o.issues,
          resolved + o.resolved,
          seconds + o.seconds);
    }
  }

  /** From decisions and events; every event is taken once, whatever was sent twice. */
  static ResultRecount of(
      List<Decision> decisions, List<InteractionEvent> events, long windowMillis) {
    Map<String, Decision> first = new HashMap<>();
    decisions.forEach(
        d -> first.merge(d.getUserId(), d, (a, b) -> a.getDecidedAt() <= b.getDecidedAt() ? a : b));
    Map<String, List<InteractionEvent>> byUser = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (InteractionEvent event : events) {
      if (seen.add(event.getUserId() + "/" + event.getEventId())) {
        byUser.computeIfAbsent(event.getUserId(), _ -> new ArrayList<>()).add(event);
      }
    }
    Map<String, Arm> arms = new TreeMap<>();
    first.forEach(
        (user, decision) ->
            arms.merge(
                String.valueOf(decision.getVariant()),
                user(decision.getDecidedAt(), byUser.getOrDefault(user, List.of()), windowMillis),
                Arm::plus));
    return new ResultRecount(arms);
  }

  private static Arm user(long exposedAt, List<InteractionEvent> events, long windowMillis) {
    double handling = 0;
    long opened = -1;
    long resolved = -1;
    boolean heard = false;
    for (InteractionEvent event : events) {
      if (event.getOccurredAt() < exposedAt) {
        continue;
      }
      heard = true;
      switch (event.getType()) {
        case "agent_replied" -> handling += event.getAgentReplied().getResponseSeconds();
        case "issue_opened" -> opened = event.getOccurredAt();
        case "issue_resolved" -> resolved = event.getOccurredAt();
        default -> {}
      }
    }
    long until = resolved >= 0 ? resolved : exposedAt + windowMillis;
    double seconds = opened >= 0 ? Math.max(0, until - opened) / 1e3 : 0;
    return new Arm(
        1,
        1,
        heard ? 0 : 1,
        1,
        handling,
        handling * handling,
        opened >= 0 ? 1 : 0,
        opened >= 0 && resolved >= 0 ? 1 : 0,
        seconds);
  }

  /** What the service published: the newest record of each partition, added up. */
  static ResultRecount published(String experiment, List<ExperimentResult> results) {
    return published(results.stream().filter(one -> one.getExperiment().equals(experiment)));
  }

  /** The same, added up over all channels: exposures are not counted by channel. */
  static ResultRecount publishedByChannel(String experiment, List<ExperimentResult> results) {
    return published(
        results.stream()
            .filter(
                one ->
                    ExperimentSlice.valueOf(
                            one.getExperiment(), experiment, ExperimentSlice.CHANNEL)
                        .isPresent()));
  }

  private static ResultRecount published(Stream<ExperimentResult> results) {
    Map<String, ExperimentResult> newest = new HashMap<>();
    results.forEach(one -> newest.put(one.getExperiment() + "/" + one.getPartition(), one));
    Map<String, Arm> arms = new TreeMap<>();
    for (ExperimentResult part : newest.values()) {
      part.getArms().forEach(arm -> arms.merge(arm.getVariant(), published(arm), Arm::plus));
    }
    return new ResultRecount(arms);
  }

  /** Without what is counted of whole arms only. */
  ResultRecount metricsOnly() {
    Map<String, Arm> metrics = new TreeMap<>();
    arms.forEach((variant, arm) -> metrics.put(variant, arm.metricsOnly()));
    return new ResultRecount(metrics);
  }

  private static Arm published(ArmResult arm) {
    Map<String, MetricResult> metrics = new HashMap<>();
    arm.getMetrics().forEach(metric -> metrics.put(metric.getMetric(), metric));
    MetricResult handling = metrics.get("handling");
    MetricResult resolved = metrics.get("resolved");
    return new Arm(
        arm.getExposed(),
        arm.getFinished(),
        arm.getSilent(),
        handling == null ? 0 : handling.getUsers(),
        handling == null ? 0 : handling.getY(),
        handling == null ? 0 : handling.getYy(),
        resolved == null ? 0 : resolved.getUsers(),
        resolved == null
            ? 0
            : resolved.getHappened().stream().mapToLong(bucket -> bucket.getUsers()).sum(),
        resolved == null ? 0 : resolved.getY());
  }

  Arm total() {
    return arms.values().stream().reduce(new Arm(0, 0, 0, 0, 0, 0, 0, 0, 0), Arm::plus);
  }

  /** The published KPIs of all users, days and partitions added up. */
  static KpiSums kpis(List<Kpi> records) {
    Map<String, Kpi> newest = new HashMap<>();
    records.stream()
        .filter(record -> record.getDimension().equals("all"))
        .forEach(record -> newest.put(record.getDay() + "/" + record.getPartition(), record));
    var sums = new KpiSums();
    newest.values().forEach(sums::add);
    return sums;
  }
}
