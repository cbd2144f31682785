package dev.attune.responses.experiment;

import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.experiment.measure.ExperimentSlice;
import dev.attune.core.experiment.measure.ResultSums;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ExperimentResult;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The topic {@code experiment-results}, read from its beginning and followed. It is compacted: one
 * record an experiment or part of its users and partition, some kilobytes each, all of them in
 * memory.
 */
@Component
class ResultLog extends WholeTopicFollower<ExperimentResult> {
  private final Map<Part, ExperimentResult> newest = new ConcurrentHashMap<>();

  private record Part(String experiment, int partition) {}

  ResultLog(KafkaSettings kafka, Topics topics, SchemaRegistryClient registry) {
    super(
        kafka,
        topics.experimentResults(),
        new AvroDeserializer<>(registry, ExperimentResult.class));
  }

  @Override
  public int getPhase() {
    return READINESS_WAITS;
  }

  /** Whether all results are here; until then sums are those of a part of the users. */
  boolean isWhole() {
    return isCaughtUp();
  }

  /**
   * Of a canary's comparisons the one that began last; any other experiment is the one asked for.
   *
   * @param asked the experiment's id, or {@link CanaryComparison#id} of a version
   */
  String begunLast(String asked) {
    Map<String, Long> begun = new HashMap<>();
    newest.forEach(
        (part, result) -> {
          String id = part.experiment();
          if (CanaryComparison.isAmong(asked, id) && !ExperimentSlice.isOne(id)) {
            begun.merge(id, result.getFirstExposureAt(), Math::min);
          }
        });
    return begun.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(asked);
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

  /** The same for each part of its users, by the part's value. */
  Map<String, ResultSums> parts(String experiment, String dimension) {
    Map<String, ResultSums> parts = new HashMap<>();
    newest.forEach(
        (part, result) ->
            ExperimentSlice.valueOf(part.experiment(), experiment, dimension)
                .ifPresent(
                    value ->
                        parts
                            .computeIfAbsent(value, _ -> new ResultSums(part.experiment()))
                            .add(result)));
    return parts;
  }

  @Override
  protected void remember(ExperimentResult result, long offset) {
    newest.put(new Part(result.getExperiment(), result.getPartition()), result);
  }
}
