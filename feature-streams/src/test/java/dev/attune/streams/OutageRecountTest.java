package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.streams.experiments.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decisions that come later than the events after them, events that come late, and outages longer
 * than a window, all drawn at random: the sums are those of a recount in order.
 */
class OutageRecountTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final int SEEDS = Boolean.getBoolean("attune.test.long") ? 300 : 20;
  private static final int USERS = 30;

  /** The playbook's settle is a minute. */
  private static final int LATE_MILLIS = 59_000;

  private static final Duration LONGER_WINDOW = Duration.ofHours(2);

  private final Path home;

  OutageRecountTest(@TempDir Path home) {
    this.home = home;
  }

  /**
   * A record in its topic.
   *
   * @param at when it came there
   */
  private record Sent(SpecificRecord value, long at) {}

  @Test
  void equalsARecountWhateverComesLateAndHoweverLongTheServiceIsAway() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new SplittableRandom(seed);
      List<Sent> sent = sent(random);

      ResultRecount counted = count(sent, random);

      assertThat(counted).as("seed %s", seed).isEqualTo(recount(sent));
      assertThat(counted.total().handling()).isPositive();
    }
  }

  private static List<Sent> sent(SplittableRandom random) {
    List<Sent> sent = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String user = "u" + i;
      long decided = START + random.nextInt(7_200) * 1_000L;
      String arm = random.nextBoolean() ? "treatment" : "control";
      sent.add(late(Events.decided(user, arm, decided), decided, random));
      for (int n = random.nextInt(6); n > 0; n--) {
        // some before the reply, most soon after it, all within the shorter window
        int after = random.nextBoolean() ? random.nextInt(-20, 40) : random.nextInt(3_600);
        long at = decided + after * 1_000L;
        sent.add(event(Events.agentReplied(user, user + "-" + n, at, random.nextInt(100)), random));
      }
      long opened = decided + random.nextInt(-10, 60) * 1_000L;
      sent.add(event(Events.issueOpened(user, user + "-o", opened), random));
      if (random.nextBoolean()) {
        long resolved = opened + random.nextInt(1, 3_000) * 1_000L;
        sent.add(event(Events.issueResolved(user, user + "-r", resolved), random));
      }
    }
    sent.sort(Comparator.comparingLong(Sent::at));
    return sent;
  }

  private static Sent event(InteractionEvent event, SplittableRandom random) {
    Sent late = late(event, event.getOccurredAt(), random);
    event.setReceivedAt(late.at());
    return late;
  }

  private static Sent late(SpecificRecord record, long happened, SplittableRandom random) {
    return new Sent(record, happened + random.nextInt(LATE_MILLIS));
  }

  private ResultRecount count(List<Sent> sent, SplittableRandom random) {
    try (Bench bench = new Bench(home, START)) {
      new Service(bench, random).read(sent);
      return ResultRecount.published(
          "greeting",
          bench.output(Bench.TOPICS.experimentResults(), ExperimentResult.class).stream()
              .map(TestRecord::value)
              .toList());
    }
  }

  /** Reads what is sent when it comes, or after it was away. */
  private static final class Service {
    private static final int LONGEST_OUTAGE = 14_400_000;

    private final Bench bench;
    private final SplittableRandom random;
    private long clock = START;

    Service(Bench bench, SplittableRandom random) {
      this.bench = bench;
      this.random = random;
    }

    void read(List<Sent> sent) {
      Deque<Sent> coming = new ArrayDeque<>(sent);
      while (!coming.isEmpty()) {
        if (random.nextInt(40) == 0) {
          bench.fallBehind();
          pass(clock + random.nextInt(LONGEST_OUTAGE));
          readWaiting(coming);
          bench.catchUp();
        }
        if (!coming.isEmpty()) {
          pass(coming.element().at());
          read(coming.remove());
        }
      }
      pass(clock + Duration.ofHours(5).toMillis());
    }

    private void pass(long until) {
      bench.pass(Duration.ofMillis(Math.max(0, until - clock)));
      clock = Math.max(clock, until);
    }

    private void read(Sent one) {
      bench.pipe(one.value(), one.at());
    }

    /** Each topic in its order, between the two in any, with ticks anywhere. */
    private void readWaiting(Deque<Sent> coming) {
      Deque<Sent> decisions = new ArrayDeque<>();
      Deque<Sent> events = new ArrayDeque<>();
      while (true) {
        while (!coming.isEmpty() && coming.element().at() <= clock) {
          (coming.element().value() instanceof Decision ? decisions : events).add(coming.remove());
        }
        if (decisions.isEmpty() && events.isEmpty()) {
          return;
        }
        boolean decision = events.isEmpty() || !decisions.isEmpty() && random.nextBoolean();
        read((decision ? decisions : events).remove());
        if (random.nextInt(5) == 0) {
          pass(clock + 1_000);
        }
      }
    }
  }

  private static ResultRecount recount(List<Sent> sent) {
    List<Decision> decisions = new ArrayList<>();
    List<InteractionEvent> events = new ArrayList<>();
    for (Sent one : sent) {
      if (one.value() instanceof Decision decision) {
        decisions.add(decision);
      } else if (one.value() instanceof InteractionEvent event) {
        events.add(event);
      }
    }
    return ResultRecount.of(decisions, events, LONGER_WINDOW.toMillis());
  }
}
