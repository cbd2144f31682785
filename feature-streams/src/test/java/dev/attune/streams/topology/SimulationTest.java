package dev.attune.streams.topology;

import dev.attune.streams.LittleRegistry;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The topology and the calls of its users in virtual time, with limits, events, erasures, faults of
 * replicas and users, commits, crashes, rebalances and jumping clocks at random, against a recount:
 * see {@link Simulation}. Each run is made by its seed alone; {@code -Dattune.seed=N} plays one
 * again; the long test plays 3,000.
 */
class SimulationTest {
  private final LittleRegistry registry = new LittleRegistry();
  private final Path home;

  SimulationTest(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    registry.close();
  }

  static LongStream seeds() {
    Long one = Long.getLong("attune.seed");
    long most = Boolean.getBoolean("attune.test.long") ? 3_000 : 40;
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, most);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void keepsItsPromises(long seed) {
    try (Simulation simulation = new Simulation(seed, registry.client(), home)) {
      simulation.play();
    }
  }
}
