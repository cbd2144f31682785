package dev.attune.responses.experiment;

import dev.attune.core.experiment.measure.ResultSums;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.responses.topic.TopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.registry.AvroDeserializer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The topic {@code experiment-results}, read from its beginning and followed. It is compacted: one
 * record an experiment and partition, some kilobytes each, all of them in memory.
 */
@Component
class ResultLog implements SmartLifecycle {

  private final Map<Part, ExperimentResult> newest = new ConcurrentHashMap<>();
  private final TopicFollower<ExperimentResult> follower;

  private record Part(String experiment, int partition) {}

  ResultLog(DecisionSettings kafka, Topics topics, SchemaRegistryClient registry) {
    this.follower =
        new TopicFollower<>(
            topics.experimentResults(),
            kafka.bootstrapServers(),
            "response-api-experiments",
            new AvroDeserializer<>(registry, ExperimentResult.class),
            this::remember);
  }

  /** All partitions' sums of an experiment together. */
  ResultSums sums(String experiment) {
    ResultSums sums = new ResultSums(experiment);
    newest.forEach(
        (part, result) -> {
          if (part.experiment().equals(experiment)) {
            sums.add(result);
          }
        });
    return sums;
  }

  void remember(ExperimentResult result) {
    newest.put(new Part(result.getExperiment(), result.getPartition()), result);
  }

  @Override
  public void start() {
    follower.start();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  @Override
  public boolean isRunning() {
    return follower.isRunning();
  }
}
