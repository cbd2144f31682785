package dev.attune.simulation.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.attune.local.infra.Checkout;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LiveTrafficTest {
  @TempDir private Path folder;

  /** With too few customers the demo misses its rate, with too many each of them is slow. */
  @Test
  void asManyCustomersTalkAtOnceAsTheRateNeeds() throws IOException {
    SimulationSpec spec = SimulationSpec.load(Checkout.find().root().resolve("playbooks/support"));
    Path past = folder.resolve("past.jsonl");

    int events = PastWorld.write(spec, 7, Instant.parse("2026-01-15T00:00:00Z"), past);

    assertThat(events * 1_000.0 / millisInVisits(Files.readAllLines(past)))
        .isCloseTo(LiveTraffic.EVENTS_PER_TALKING_CUSTOMER, withinPercentage(10));
  }

  private static long millisInVisits(List<String> lines) {
    Map<String, LongSummaryStatistics> visits = new HashMap<>();
    for (String line : lines) {
      JsonNode event = JsonMapper.shared().readTree(line);
      visits
          .computeIfAbsent(event.path("sessionId").asString(), _ -> new LongSummaryStatistics())
          .accept(Instant.parse(event.path("occurredAt").asString()).toEpochMilli());
    }
    return visits.values().stream().mapToLong(v -> v.getMax() - v.getMin()).sum();
  }
}
