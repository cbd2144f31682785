package dev.attune.streams.topology;

import dev.attune.schemas.avro.Session;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * One task's silence over what its predecessor publishes.
 *
 * <p>While it reads the past, sessions are closed by the events' receipt time, as the predecessor
 * closed them by its clock. The last minute is left open: what the predecessor has closed of it,
 * and what it closed otherwise because it was late itself, is taken over from what it has said,
 * when the task comes to where it stopped. Only then the task speaks.
 */
final class Silence {

  /** More than two clocks differ, and than a tick may be late. */
  private static final long UNSURE_MILLIS = Duration.ofMinutes(1).toMillis();

  /** A late event may change a session for a day; twice that, since sayings go by receipt. */
  private static final long SAID_MILLIS = Duration.ofHours(48).toMillis();

  private static final int SESSIONS_A_STEP = 1_000;

  private final Predecessor predecessor;
  private final int partition;
  private final SessionExpiries expiries;
  private final ObjLongConsumer<SessionExpiries.Entry> expire;
  private final Consumer<Session> adopt;
  private boolean over;
  private boolean on;
  private long past = Long.MIN_VALUE;

  /**
   * @param expire what happens to an entry that is due at a time
   * @param adopt takes over what was said of a session
   */
  Silence(
      Predecessor predecessor,
      int partition,
      SessionExpiries expiries,
      ObjLongConsumer<SessionExpiries.Entry> expire,
      Consumer<Session> adopt) {
    this.predecessor = predecessor;
    this.partition = partition;
    this.expiries = expiries;
    this.expire = expire;
    this.adopt = adopt;
    this.over = predecessor == Predecessor.NONE;
    if (!over) {
      predecessor.open(partition);
    }
  }

  /** Whether nothing may be published now. */
  boolean isOn() {
    return on;
  }

  /** Before each event. */
  void at(RecordMetadata source, long receivedAt, long now) {
    if (over) {
      return;
    }
    on = predecessor.published(source);
    if (on) {
      passTo(receivedAt - UNSURE_MILLIS);
    } else {
      end(now);
    }
  }

  /** Whether the clock may close sessions and publish. */
  boolean ticks(long now) {
    if (!over && !predecessor.isAhead(partition)) {
      end(now);
    }
    return over;
  }

  /** A look at the index a second is as good as one an event, and cheaper. */
  private void passTo(long receipt) {
    if (receipt < past + 1_000) {
      return;
    }
    past = receipt;
    List<SessionExpiries.Entry> due;
    do {
      due = expiries.due(receipt, SESSIONS_A_STEP);
      due.forEach(entry -> expire.accept(entry, receipt));
    } while (!due.isEmpty());
  }

  private void end(long now) {
    predecessor.sessionsSince(now - SAID_MILLIS, adopt);
    on = false;
    over = true;
  }
}
