package dev.attune.core.user;

import static dev.attune.core.feature.Events.event;

import dev.attune.core.feature.Events;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.UserErased;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A seeded user: sessions, silences, late and repeated events, client clocks gone astray. */
final class RandomLife {
  private static final long M = 60_000;
  private static final long H = 60 * M;
  private static final String[] PAGES = {"/", "/orders", "/returns", "/help", "/p/1", "/p/2"};
  private static final String[] WORDS = {"where", "is", "my", "order", "refund", "¿dónde?", "注文"};

  private final Random random;
  private int ids;

  RandomLife(long seed) {
    random = new Random(seed);
  }

  /** Events in order of arrival, with receipt times that rise. */
  List<InteractionEvent> events(int count) {
    var events = new ArrayList<InteractionEvent>();
    long clock = 0;
    for (int i = 0; i < count; i++) {
      clock += step();
      long occurred = random.nextInt(100) < 80 ? clock : clock - late();
      events.add(any(occurred));
    }
    for (int i = 0; i < count / 10; i++) {
      int from = random.nextInt(events.size());
      int to = Math.min(events.size(), from + 1 + random.nextInt(30));
      events.add(to, events.get(from));
    }
    long receipt = Events.DAY_ONE;
    for (int i = 0; i < events.size(); i++) {
      InteractionEvent copy = InteractionEvent.newBuilder(events.get(i)).build();
      receipt = Math.max(receipt, copy.getOccurredAt());
      copy.setReceivedAt(receipt);
      events.set(i, copy);
    }
    return events;
  }

  /** Events that all lie within the grace, none repeated, in no order. */
  List<InteractionEvent> withinGrace(int count) {
    var events = new ArrayList<InteractionEvent>();
    for (int i = 0; i < count; i++) {
      InteractionEvent event = any(random.nextInt((int) (random.nextBoolean() ? 24 * H : 3 * H)));
      event.setReceivedAt(Events.DAY_ONE + 24 * H);
      events.add(event);
    }
    Collections.shuffle(events, random);
    return events;
  }

  private long step() {
    return switch (random.nextInt(20)) {
      case 0 -> 31 * M + random.nextInt((int) (3 * H));
      case 1 -> random.nextInt(60) == 0 ? 30 * H : 10 * M;
      case 2 -> 0;
      default -> random.nextInt((int) (2 * M));
    };
  }

  private long late() {
    return switch (random.nextInt(6)) {
      case 0 -> 20 * H + random.nextInt((int) (6 * H));
      case 1 -> random.nextInt((int) (5 * H));
      default -> random.nextInt((int) (40 * M));
    };
  }

  private InteractionEvent any(long at) {
    InteractionEvent event = unnamed(at);
    event.setEventId("r-" + ids++);
    if (random.nextInt(3) > 0) {
      event.setSessionId("s-" + Math.floorDiv(at, 2 * H));
    }
    return event;
  }

  private InteractionEvent unnamed(long at) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> Events.page(at, PAGES[random.nextInt(PAGES.length)]);
      case 3, 4, 5 -> Events.click(at, random.nextBoolean() ? "buy" : "track");
      case 6, 7, 8 -> Events.message(at, random.nextInt(8) == 0 ? null : text());
      case 9 -> Events.reply(at, random.nextInt(60), random.nextBoolean());
      case 10 -> Events.feedback(at, "csat", 1 + random.nextInt(5));
      default ->
          random.nextInt(12) == 0
              ? event("user_erased", at).setUserErased(new UserErased("r")).build()
              : Events.opened(at, "refund");
    };
  }

  private String text() {
    var text = new StringBuilder();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    return text.toString();
  }
}
