package dev.attune.streams.topology;

import org.apache.kafka.streams.Topology;

/**
 * A processor that hears, after the user's row has changed and in the same task, of every event
 * that counted, of every session said and of every decision.
 */
public interface TopologyBranch {
  /** The processor's name. */
  String processor();

  /**
   * Adds the processor with its stores and sinks; the trunk's are there already.
   *
   * @param sources whose records it hears
   */
  void addTo(Topology topology, AttuneTopology trunk, String... sources);
}
