package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import dev.attune.local.client.IngestAnswer;
import dev.attune.simulation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What is counted while the customers act. Thread-safe. */
final class DemoCounts {
  /** The services' JVMs compile what they have not run before. */
  static final Duration WARM_UP = Duration.ofSeconds(5);

  private static final long LONGEST_MICROS = 60_000_000;

  final LongAdder sent = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final AtomicInteger talking = new AtomicInteger();
  final Ratio personalized = new Ratio();

  /** Whether the predicted intent is the true one, when the chat opens and after a message. */
  final Ratio rightAtGreeting = new Ratio();

  final Ratio rightAfterMessage = new Ratio();
  private final ReplyFits greetings = new ReplyFits();
  private final ReplyFits answers = new ReplyFits();
  private final Histogram whileWarming = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final Histogram warm = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final Map<String, Ratio> personalizedByArm = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> intents = new ConcurrentHashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final long began = System.nanoTime();
  private volatile @Nullable Contrast contrast;

  void ingested(IngestAnswer answer) {
    accepted.add(answer.accepted());
    rejected.add(answer.rejected().size());
  }

  void replied(BotReply reply) {
    personalized.add(reply.personalized());
    if (reply.variant() != null) {
      personalizedByArm
          .computeIfAbsent(reply.variant(), arm -> new Ratio())
          .add(reply.personalized());
    }
  }

  /** When the chat opens. */
  void greeted(String intent, BotReply reply) {
    greetings.add(intent, reply);
    if (reply.intent() != null) {
      rightAtGreeting.add(intent.equals(reply.intent()));
    }
  }

  /** After a message. */
  void said(String intent, BotReply reply) {
    answers.add(intent, reply);
    if (reply.intent() != null) {
      intents.computeIfAbsent(intent, name -> new LongAdder()).increment();
      rightAfterMessage.add(intent.equals(reply.intent()));
    }
  }

  void readableAfter(long nanos) {
    boolean warming = System.nanoTime() - began < WARM_UP.toNanos();
    (warming ? whileWarming : warm).recordValue(Math.clamp(nanos / 1_000, 1, LONGEST_MICROS));
  }

  void ended(Outcome outcome) {
    synchronized (outcomes) {
      outcomes.add(outcome);
    }
  }

  /** From an event's sending until its prediction can be read, after the warm-up. */
  Freshness freshness() {
    return Freshness.of(warm);
  }

  /** The same during the warm-up. */
  Freshness freshnessWhileWarming() {
    return Freshness.of(whileWarming);
  }

  /** Milliseconds, and how many were looked at. */
  record Freshness(double p50, double p99, long count) {
    private static Freshness of(Histogram micros) {
      return new Freshness(
          micros.getValueAtPercentile(50) / 1e3,
          micros.getValueAtPercentile(99) / 1e3,
          micros.getTotalCount());
    }
  }

  void contrasted(Contrast newest) {
    contrast = newest;
  }

  /** The newest pair of customers who wrote the same; null before the first. */
  @Nullable Contrast contrast() {
    return contrast;
  }

  /** What the experiment has to find, at the share of replies that fitted in this run. */
  double trueEffect(TrueEffect effect) {
    return effect.of(greetings.shares(), answers.shares());
  }

  /** Of the replies to an arm's customers. */
  double personalizedShare(String arm) {
    return personalizedByArm.getOrDefault(arm, new Ratio()).share();
  }

  /** How often always naming the most common intent would have been right after a message. */
  double majorityAccuracy() {
    long most = intents.values().stream().mapToLong(LongAdder::sum).max().orElse(0);
    return (double) most / Math.max(1, rightAfterMessage.count());
  }

  List<Outcome> outcomes() {
    synchronized (outcomes) {
      return List.copyOf(outcomes);
    }
  }
}
