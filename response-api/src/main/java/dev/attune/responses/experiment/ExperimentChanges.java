package dev.attune.responses.experiment;

import dev.attune.kafka.audit.Actor;
import dev.attune.responses.audit.Audit;
import dev.attune.responses.experiment.ChangeRequest.Checked;
import dev.attune.responses.topic.RequestWriter;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ExperimentChange;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Makes a change of an experiment: first it is recorded in {@code audit}, then written where every
 * replica reads it. Returns when this replica follows it.
 */
@Component
class ExperimentChanges {
  private static final String WHAT = "The change";

  /** Others follow as soon as this one does: within milliseconds, unless Kafka is in trouble. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Audit audit;
  private final RequestWriter writer;
  private final ChangeLog log;
  private final String topic;
  private final Clock clock;

  ExperimentChanges(Audit audit, RequestWriter writer, ChangeLog log, Topics topics, Clock clock) {
    this.audit = audit;
    this.writer = writer;
    this.log = log;
    this.topic = topics.experimentChanges();
    this.clock = clock;
  }

  void make(Checked wanted, Actor actor) {
    String experiment = wanted.experiment().id();
    audit.allow(
        actor, "experiment_" + wanted.action().word(), "experiment:" + experiment, detail(wanted));
    for (ExperimentChange change : changes(wanted, actor)) {
      String key = ChangeLog.key(experiment, change.getAspect());
      var unused = writer.write(topic, key, change, WHAT);
      awaitHere(change);
    }
  }

  /** Of an order of actions that came at once the topic's is the one that counts. */
  private void awaitHere(ExperimentChange change) {
    try {
      if (!log.awaitChange(change, PATIENCE)) {
        throw RequestWriter.notFollowed(WHAT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ExperimentChange> changes(Checked wanted, Actor actor) {
    return switch (wanted.action()) {
      case START -> List.of(change(wanted, actor, true));
      case STOP -> List.of(change(wanted, actor, false));
      case WEIGHTS -> List.of(change(wanted, actor, wanted.weights()));
      case RESET -> takenBack(wanted, actor);
    };
  }

  private List<ExperimentChange> takenBack(Checked wanted, Actor actor) {
    List<ExperimentChange> changes = new ArrayList<>(2);
    if (wanted.before().active() != null) {
      changes.add(change(wanted, actor, (Boolean) null));
    }
    if (!wanted.before().weights().isEmpty()) {
      changes.add(change(wanted, actor, Map.of()));
    }
    return changes;
  }

  private ExperimentChange change(Checked wanted, Actor actor, @Nullable Boolean active) {
    return change(wanted, actor, ChangeLog.STATE, active, Map.of());
  }

  private ExperimentChange change(Checked wanted, Actor actor, Map<String, Double> weights) {
    return change(wanted, actor, ChangeLog.WEIGHTS, null, weights);
  }

  private ExperimentChange change(
      Checked wanted,
      Actor actor,
      String aspect,
      @Nullable Boolean active,
      Map<String, Double> weights) {
    return ExperimentChange.newBuilder()
        .setId(UUID.randomUUID().toString())
        .setExperiment(wanted.experiment().id())
        .setAspect(aspect)
        .setActive(active)
        .setWeights(weights)
        .setChangedAt(clock.millis())
        .setChangedBy(actor.name())
        .setVia(actor.via())
        .setReason(wanted.reason())
        .build();
  }

  /** Before, after and why. */
  private static String detail(Checked wanted) {
    String before =
        (wanted.experiment().active() ? "running" : "stopped")
            + " at "
            + said(wanted.experiment().weights());
    String after =
        switch (wanted.action()) {
          case START -> "running";
          case STOP -> "stopped";
          case WEIGHTS -> said(wanted.weights());
          case RESET -> "as the file says";
        };
    return "before: " + before + "; after: " + after + "; because: " + wanted.reason();
  }

  private static String said(Map<String, Double> weights) {
    return weights.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(weight -> weight.getKey() + " " + weight.getValue())
        .collect(Collectors.joining(", "));
  }
}
