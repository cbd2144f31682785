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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A past that is only written down: a clock that jumps, and a bot that knew generic replies. Its
 * customers hurry as those of the demo do, so that a model learns from customers like them.
 */
public final class PastWorld implements World {
  private static final BotReply GENERIC =
      new BotReply("", "", List.of(), false, "default", null, null, BotReply.Prediction.NONE);

  private final SimulationSpec spec;
  private final String prefix;
  private final List<InteractionEvent> events = new ArrayList<>();
  private long clock;
  private int ids;

  private PastWorld(SimulationSpec spec, String prefix) {
    this.spec = spec;
    this.prefix = prefix;
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
    world.events.sort(Comparator.comparingLong(InteractionEvent::getOccurredAt));
    world.save(file);
    return world.events.size();
  }

  private void live(Customer customer, Instant end) {
    long span = Duration.ofDays(spec.history().days()).toMillis();
    int visits =
        1 + (int) (customer.chance().nextDouble() * 2 * (spec.history().visitsPerUser() - 1) + 0.5);
    long slot = span / visits;
    long start = end.toEpochMilli() - span;
    for (int i = 0; i < visits; i++) {
      // an hour free at the end of each part keeps a customer's visits apart
      clock = start + i * slot + customer.chance().nextLong(Math.max(1, slot - 3_600_000));
      new Visit(spec, customer, this).run();
    }
  }

  private void save(Path file) {
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
  public long now() {
    // no two events of a customer at the same instant
    return ++clock;
  }

  @Override
  public String nextEventId() {
    return prefix + ids++;
  }

  @Override
  public void happens(InteractionEvent event) {
    events.add(event);
  }

  @Override
  public BotReply ask(Customer customer, String sessionId, String slot, boolean knowing) {
    return GENERIC;
  }

  @Override
  public void pass(double seconds) {
    clock += Math.round(seconds * 1_000);
  }
}
