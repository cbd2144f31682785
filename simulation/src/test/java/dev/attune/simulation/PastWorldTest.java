package dev.attune.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastWorldTest {
  private static final Instant END = Instant.parse("2026-01-15T00:00:00Z");
  @TempDir private static Path folder;
  private static List<String> lines;
  private static List<InteractionEvent> events;

  @BeforeAll
  static void write() throws IOException {
    lines = Files.readAllLines(written(7, "past.jsonl"));
    EventJson json = EventJson.standard();
    events = lines.stream().map(line -> ((ParsedEvent.Valid) json.readLine(line)).event()).toList();
  }

  private static Path written(long seed, String name) {
    SimulationSpec spec = SimulationSpec.load(Checkout.find().root().resolve("playbooks/support"));
    Path file = folder.resolve(name);
    PastWorld.write(spec, seed, END, file);
    return file;
  }

  @Test
  void isTheSameForASeed() throws IOException {
    assertThat(Files.readAllLines(written(7, "again.jsonl"))).isEqualTo(lines);
    assertThat(Files.readAllLines(written(8, "other.jsonl"))).isNotEqualTo(lines);
  }

  @Test
  void isOrderedByTimeWithUniqueIds() {
    assertThat(events)
        .isSortedAccordingTo((a, b) -> Long.compare(a.getOccurredAt(), b.getOccurredAt()));
    assertThat(events).extracting(InteractionEvent::getEventId).doesNotHaveDuplicates();
  }

  @Test
  void opensAnIssueOnlyAfterTheFirstMessageOfAVisit() {
    Set<String> wrote = new HashSet<>();
    for (InteractionEvent event : events) {
      if (event.getType().equals("message_sent")) {
        wrote.add(event.getSessionId());
      }
      if (event.getType().equals("issue_opened")) {
        assertThat(wrote).contains(event.getSessionId());
      }
    }
  }

  @Test
  void hasEveryIntentInAboutItsShare() {
    Map<String, Integer> counts = new HashMap<>();
    events.stream()
        .filter(event -> event.getType().equals("issue_opened"))
        .forEach(event -> counts.merge(event.getIssueOpened().getCategory(), 1, Integer::sum));
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();

    assertThat(counts).hasSize(6);
    assertThat(counts.getOrDefault("order_status", 0) / (double) all).isBetween(0.2, 0.36);
  }

  @Test
  void keepsAVisitsTruthOutOfWhatIsSentBeforeTheIssue() {
    Set<String> opened = new HashSet<>();
    for (InteractionEvent event : events) {
      if (event.getType().equals("issue_opened")) {
        opened.add(event.getSessionId());
      } else if (event.getType().equals("issue_resolved")) {
        assertThat(opened).contains(event.getSessionId());
      }
    }
  }
}
