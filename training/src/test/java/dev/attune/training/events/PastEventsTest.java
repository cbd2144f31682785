package dev.attune.training.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastEventsTest {
  private static final String CLICK =
      """
      {"eventId":"e-1","type":"clicked","userId":"ada","occurredAt":"2026-01-02T10:00:00Z","clicked":{"element":"buy"}}
      """;

  private static final String WITHOUT_TIME =
      """
      {"eventId":"e-2","type":"clicked","userId":"ada","clicked":{"element":"buy"}}
      """;

  @TempDir private Path dir;

  private final List<String> notes = new ArrayList<>();
  private final List<InteractionEvent> events = new ArrayList<>();

  @Test
  void notesWhatItPassesOver() throws IOException {
    long passedOver = read("\n" + CLICK + WITHOUT_TIME + "garbage\n");

    assertThat(passedOver).isEqualTo(2);
    assertThat(events).extracting(InteractionEvent::getEventId).containsExactly("e-1");
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith("2 of 3 lines are no events and were passed over; the first is line 3:")
        .contains("`occurredAt` is missing");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstEvent() throws IOException {
    assertThat(read("\uFEFF" + CLICK)).isZero();
    assertThat(events).hasSize(1);
  }

  @Test
  void refusesAFileWithoutEvents() {
    assertThatThrownBy(() -> read(CLICK.replace("clicked", "clickd")))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("has no event: line 1: `type`");
  }

  private long read(String lines) throws IOException {
    Progress noting =
        new Progress() {
          @Override
          public void note(String text) {
            notes.add(text);
          }
        };
    Path file = Files.writeString(dir.resolve("events.jsonl"), lines);
    return PastEvents.read(EventSource.of(file), TimeRange.ALL, noting, events::add);
  }
}
