package dev.attune.responses.experiment;

import dev.attune.core.experiment.ExperimentOverride;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ExperimentChange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The topic {@code experiment-changes}, read from its beginning and followed: what people changed
 * of experiments by hand. Every replica lays it over its playbook. Two small records an experiment,
 * all of them in memory.
 */
@Component
class ChangeLog extends WholeTopicFollower<ExperimentChange> {
  static final String STATE = "state";
  static final String WEIGHTS = "weights";

  private final LivePlaybook playbook;
  private final Map<String, Kept> newest = new HashMap<>();

  private record Kept(ExperimentChange change, long offset) {}

  /**
   * What holds of an experiment; null: nobody changed it.
   *
   * @param state also when it was taken back
   * @param weights also when they were taken back
   */
  record InForce(@Nullable ExperimentChange state, @Nullable ExperimentChange weights) {
    ExperimentOverride override() {
      return new ExperimentOverride(
          state == null ? null : state.getActive(),
          weights == null ? Map.of() : weights.getWeights());
    }
  }

  ChangeLog(
      KafkaSettings kafka, Topics topics, SchemaRegistryClient registry, LivePlaybook playbook) {
    super(
        kafka,
        topics.experimentChanges(),
        new AvroDeserializer<>(registry, ExperimentChange.class));
    this.playbook = playbook;
  }

  @Override
  public int getPhase() {
    return READINESS_WAITS;
  }

  static String key(String experiment, String aspect) {
    return experiment + "/" + aspect;
  }

  /**
   * After a failure the topic is read anew. An older change must not hold meanwhile, unless the
   * topic was made anew, too.
   */
  @Override
  protected synchronized void remember(ExperimentChange change, long offset) {
    String key = key(change.getExperiment(), change.getAspect());
    Kept known = newest.get(key);
    if (known != null
        && offset <= known.offset()
        && change.getChangedAt() <= known.change().getChangedAt()) {
      return;
    }
    newest.put(key, new Kept(change, offset));
    playbook.change(overrides());
    notifyAll();
  }

  private Map<String, ExperimentOverride> overrides() {
    Map<String, ExperimentOverride> overrides = new HashMap<>();
    for (Kept kept : newest.values()) {
      String experiment = kept.change().getExperiment();
      overrides.computeIfAbsent(experiment, id -> of(id).override());
    }
    return overrides;
  }

  synchronized InForce of(String experiment) {
    return new InForce(kept(experiment, STATE), kept(experiment, WEIGHTS));
  }

  private @Nullable ExperimentChange kept(String experiment, String aspect) {
    Kept kept = newest.get(key(experiment, aspect));
    return kept == null ? null : kept.change();
  }

  /** Waits until the change, or a later one in its place, holds here; false: not in time. */
  synchronized boolean awaitChange(ExperimentChange change, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!holds(change)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private boolean holds(ExperimentChange change) {
    ExperimentChange known = kept(change.getExperiment(), change.getAspect());
    return known != null
        && (known.getId().equals(change.getId()) || known.getChangedAt() > change.getChangedAt());
  }
}
