package dev.attune.chaos;

import dev.attune.bench.Report.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a scenario found. */
public record Report(
    String name,
    String summary,
    long seed,
    Instant startedAt,
    Duration took,
    Machine machine,
    List<Check> checks) {

  public long held() {
    return checks.stream().filter(Check::held).count();
  }

  public boolean allHeld() {
    return held() == checks.size();
  }
}
