package dev.attune.bench;

import java.util.List;

/**
 * Brings what it needs: servers on free ports with data of their own, closed before it returns.
 * What it compares with is measured in the same run, in turns, since the machine is seldom alone.
 */
@FunctionalInterface
public interface Measurement {
  /**
   * @return the figures, in the order they are read
   * @throws BenchmarkException in one sentence, when no figure can be had
   */
  List<Row> run(BenchmarkRun bench) throws Exception;
}
