package dev.attune.simulation;

import dev.attune.local.client.BotReply;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A past that is only written down: a clock that jumps, and a bot that knew generic replies. Its
 * customers hurry as those of the demo do, so that a model learns from customers like them.
 */
public final class PastWorld extends RecordedWorld {
  private static final BotReply GENERIC =
      new BotReply("", "", List.of(), false, "default", null, null, BotReply.Prediction.NONE);

  private final SimulationSpec spec;

  private PastWorld(SimulationSpec spec, String prefix) {
    super(prefix);
    this.spec = spec;
  }

  /**
   * Writes the events of the visits before an instant, in the ingest format, oldest first.
   *
   * @return how many
   */
  public static int write(SimulationSpec spec, long seed, Instant end, Path file) {
    var world = new PastWorld(spec, "past-" + seed + "-");
    for (int number = 0; number < spec.history().users(); number++) {
      world.live(new Customer(spec, seed, number, "past-"), end);
    }
    List<InteractionEvent> events = world.events();
    save(events, file);
    return events.size();
  }

  private void live(Customer customer, Instant end) {
    long span = Duration.ofDays(spec.history().days()).toMillis();
    int visits =
        1 + (int) (customer.chance().nextDouble() * 2 * (spec.history().visitsPerUser() - 1) + 0.5);
    long slot = span / visits;
    long start = end.toEpochMilli() - span;
    for (int i = 0; i < visits; i++) {
      // an hour free at the end of each part keeps a customer's visits apart
      jumpTo(start + i * slot + customer.chance().nextLong(Math.max(1, slot - 3_600_000)));
      new Visit(spec, customer, this).run();
    }
  }

  private static void save(List<InteractionEvent> events, Path file) {
    EventJson json = EventJson.standard();
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        for (InteractionEvent event : events) {
          out.write(json.write(event));
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public BotReply ask(Customer customer, String sessionId, String slot, boolean knowing) {
    return GENERIC;
  }
}
