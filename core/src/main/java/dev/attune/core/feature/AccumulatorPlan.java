package dev.attune.core.feature;

import dev.attune.core.feature.AccumulatorInput.Operand;
import dev.attune.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the declared features need of a user's state: each summary once, however many features read
 * it, and which events go into it.
 */
final class AccumulatorPlan {
  private final Map<String, Accumulator> accumulators = new LinkedHashMap<>();
  private final List<AccumulatorInput> bindings = new ArrayList<>();
  private final List<WindowTiles> sessionCounters = new ArrayList<>();
  private final List<Accumulator> asked = new ArrayList<>();

  @SuppressWarnings("unchecked")
  <A extends Accumulator> A share(A accumulator) {
    var shared = (A) accumulators.computeIfAbsent(accumulator.key(), _ -> accumulator);
    asked.add(shared);
    return shared;
  }

  /** What was asked for since the last call: all that the feature compiled since then can read. */
  List<Accumulator> takeAsked() {
    List<Accumulator> taken = List.copyOf(asked);
    asked.clear();
    return taken;
  }

  void bind(Accumulator accumulator, List<EventSource> from, Operand operand, int tag) {
    for (EventSource source : from) {
      bind(new AccumulatorInput(accumulator, source, operand, tag, null));
    }
  }

  void bind(AccumulatorInput binding) {
    if (!bindings.contains(binding)) {
      bindings.add(binding);
    }
  }

  void countSessions(WindowTiles counter) {
    if (!sessionCounters.contains(counter)) {
      sessionCounters.add(counter);
    }
  }

  /**
   * @param message the newest message; null when no encoder is declared
   */
  FeatureSet featureSet(List<Feature> features, @Nullable Feature message) {
    return new FeatureSet(
        features, List.copyOf(accumulators.values()), bindings, sessionCounters, message);
  }

  void checkIds(YamlNode root) {
    var byId = new HashMap<Integer, Accumulator>();
    for (Accumulator accumulator : accumulators.values()) {
      Accumulator other =
          byId.put(accumulator.id() * 2 + (accumulator.isSession() ? 1 : 0), accumulator);
      if (other != null) {
        root.problem(
            "`"
                + accumulator.key()
                + "` and `"
                + other.key()
                + "` would share a state by chance; change a window slightly");
      }
    }
  }
}
