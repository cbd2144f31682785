package dev.attune.streams.topology;

import java.util.List;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** What hears of every event that counted, after the user's row has changed, in the same task. */
public interface Branch {

  Branch NONE =
      new Branch() {
        @Override
        public @Nullable String processor() {
          return null;
        }

        @Override
        public List<String> readers() {
          return List.of();
        }

        @Override
        public void addTo(Topology topology, AttuneTopology trunk) {}
      };

  /** The processor that events are forwarded to; null: none. */
  @Nullable String processor();

  /** Its processors that are {@link AttuneTopology#reader readers}. */
  List<String> readers();

  /** Adds its sources, processors, stores and sinks; the trunk's are there already. */
  void addTo(Topology topology, AttuneTopology trunk);
}
