package dev.attune.streams.experiments;

import dev.attune.core.experiment.measure.ResultSums;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.ExperimentResult;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * One task's sums by experiment. Changes are made in memory and must be saved in the same call, so
 * that they are committed with what caused them; what was saved is published now and then.
 */
final class SumsStore {
  private static final BinaryMessageDecoder<ExperimentResult> DECODER =
      SingleObject.decoder(ExperimentResult.getClassSchema());

  private final KeyValueStore<String, byte[]> store;
  private final ProcessorContext<String, SpecificRecord> context;
  private final InstantSource clock;
  private final Map<String, ResultSums> known = new HashMap<>();
  private final Set<String> changed = new HashSet<>();
  private final Set<String> unpublished = new HashSet<>();

  SumsStore(
      KeyValueStore<String, byte[]> store,
      ProcessorContext<String, SpecificRecord> context,
      InstantSource clock) {
    this.store = store;
    this.context = context;
    this.clock = clock;
    // what was saved but not published before a crash
    try (var all = store.all()) {
      all.forEachRemaining(entry -> unpublished.add(entry.key));
    }
  }

  void change(String experiment, Consumer<ResultSums> change) {
    change.accept(sums(experiment));
    changed.add(experiment);
  }

  void save() {
    for (String experiment : changed) {
      store.put(experiment, SingleObject.write(result(experiment), ExperimentResult.getEncoder()));
    }
    unpublished.addAll(changed);
    changed.clear();
  }

  void publish() {
    long now = clock.millis();
    for (String experiment : unpublished) {
      context.forward(new Record<>(experiment, result(experiment), now), ExperimentBranch.RESULTS);
    }
    unpublished.clear();
  }

  private ExperimentResult result(String experiment) {
    return sums(experiment).toAvro(context.taskId().partition(), clock.millis());
  }

  private ResultSums sums(String experiment) {
    return known.computeIfAbsent(experiment, this::load);
  }

  private ResultSums load(String experiment) {
    ResultSums sums = new ResultSums(experiment);
    byte[] bytes = store.get(experiment);
    if (bytes != null) {
      sums.add(SingleObject.read(bytes, DECODER));
    }
    return sums;
  }
}
