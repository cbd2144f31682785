package dev.attune.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a benchmark found. */
public record Report(
    String name,
    String summary,
    Instant startedAt,
    Duration took,
    Machine machine,
    List<Row> rows) {

  /** Where it was measured; figures of different machines do not compare. */
  public record Machine(String os, int processors, String java) {
    public static Machine here() {
      return new Machine(
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          Runtime.getRuntime().availableProcessors(),
          Runtime.version().toString());
    }
  }

  public long goals() {
    return rows.stream().filter(row -> row.met().isPresent()).count();
  }

  public long goalsMet() {
    return rows.stream().filter(row -> row.met().orElse(false)).count();
  }
}
