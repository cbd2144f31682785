package dev.attune.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of an Avro event once it is read. */
class AvroBatchReaderTest {
  private static final int MOST_BYTES = 32 * 1024;

  private final AvroBatchReader batches = AvroFuzz.batches();

  /** Before anybody masks it: of megabytes that takes a tenth of a second each. */
  @Test
  void anEventAboveItsLimitIsRefusedAsItIsRead() {
    InteractionEvent longText = click("p".repeat(MOST_BYTES));
    InteractionEvent longProperty = click("/p");
    longProperty.setProperties(Map.of("more", '"' + "p".repeat(MOST_BYTES) + '"'));

    assertThat(read(longText, longProperty, click("/p")))
        .satisfiesExactly(
            AvroBatchReaderTest::isTooLarge,
            AvroBatchReaderTest::isTooLarge,
            event -> assertThat(event).isInstanceOf(ParsedEvent.Valid.class));
  }

  @Test
  void anEventOfItsLimitIsTaken() {
    int others = (int) EncodedSize.of(click("p".repeat(MOST_BYTES / 2))) - MOST_BYTES / 2;

    assertThat(read(click("p".repeat(MOST_BYTES - others))))
        .allMatch(ParsedEvent.Valid.class::isInstance);
    assertThat(read(click("p".repeat(MOST_BYTES - others + 1))))
        .allSatisfy(AvroBatchReaderTest::isTooLarge);
  }

  private static void isTooLarge(ParsedEvent event) {
    assertThat(event)
        .isInstanceOfSatisfying(
            ParsedEvent.Invalid.class,
            invalid -> {
              assertThat(invalid.error().code()).isEqualTo("too_large");
              assertThat(invalid.error().detail()).isEqualTo("expected at most 32768 bytes");
              assertThat(invalid.eventId()).isEqualTo("e");
            });
  }

  private List<ParsedEvent> read(InteractionEvent... events) {
    byte[] body = FuzzSeeds.encode(new EventBatch(null, List.of(events)));
    return ((ParsedBody.Events) batches.read(body, null).body()).events();
  }

  private static InteractionEvent click(String page) {
    return FuzzSeeds.event("clicked").setClicked(new Clicked("#a", page)).build();
  }
}
