package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import dev.attune.local.client.IngestAnswer;
import dev.attune.simulation.Customer;
import dev.attune.simulation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What is counted while the customers act. Thread-safe. */
final class DemoCounts {
  private static final long LONGEST_MICROS = 60_000_000;
  private static final int SHOWN_CHATS = 4;

  final LongAdder sent = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final LongAdder replies = new LongAdder();
  final LongAdder personalized = new LongAdder();
  final LongAdder predicted = new LongAdder();
  final LongAdder predictedRight = new LongAdder();
  final AtomicInteger talking = new AtomicInteger();
  final ReplyFits greetings = new ReplyFits();
  private final ReplyFits answers = new ReplyFits();
  private final Histogram freshness = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final Map<String, LongAdder> reasons = new TreeMap<>();
  private final Map<String, LongAdder> intents = new TreeMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Deque<Chat> chats = new ArrayDeque<>();

  /** One exchange between a customer and the bot. */
  record Chat(String userId, String intent, String message, BotReply reply) {
    boolean right() {
      return intent.equals(reply.intent());
    }
  }

  void ingested(IngestAnswer answer) {
    accepted.add(answer.accepted());
    rejected.add(answer.rejected().size());
  }

  void replied(BotReply reply) {
    replies.increment();
    if (reply.personalized()) {
      personalized.increment();
    }
    synchronized (reasons) {
      reasons.computeIfAbsent(reply.reason(), reason -> new LongAdder()).increment();
    }
  }

  /** After a message: what the bot took it for. */
  void said(Customer customer, String intent, String message, BotReply reply) {
    answers.add(intent, reply);
    if (reply.intent() != null) {
      predicted.increment();
      synchronized (intents) {
        intents.computeIfAbsent(intent, name -> new LongAdder()).increment();
      }
      if (intent.equals(reply.intent())) {
        predictedRight.increment();
      }
    }
    synchronized (chats) {
      chats.addLast(new Chat(customer.userId(), intent, message, reply));
      if (chats.size() > SHOWN_CHATS) {
        chats.removeFirst();
      }
    }
  }

  void readableAfter(long nanos) {
    freshness.recordValue(Math.clamp(nanos / 1_000, 1, LONGEST_MICROS));
  }

  void ended(Outcome outcome) {
    synchronized (outcomes) {
      outcomes.add(outcome);
    }
  }

  long freshnessCount() {
    return freshness.getTotalCount();
  }

  double freshnessMillis(double percentile) {
    return freshness.getValueAtPercentile(percentile) / 1e3;
  }

  /** What the experiment has to find, at the share of replies that fitted in this run. */
  double trueEffect(TrueEffect effect) {
    return effect.of(greetings.shares(), answers.shares());
  }

  double personalizedShare() {
    return share(personalized.sum(), replies.sum());
  }

  double intentAccuracy() {
    return share(predictedRight.sum(), predicted.sum());
  }

  /** How often always naming the most common intent would have been right. */
  double majorityAccuracy() {
    synchronized (intents) {
      return share(
          intents.values().stream().mapToLong(LongAdder::sum).max().orElse(0), predicted.sum());
    }
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  List<Outcome> outcomes() {
    synchronized (outcomes) {
      return List.copyOf(outcomes);
    }
  }

  List<Chat> chats() {
    synchronized (chats) {
      return List.copyOf(chats);
    }
  }

  Map<String, Long> reasons() {
    synchronized (reasons) {
      var counts = new TreeMap<String, Long>();
      reasons.forEach((reason, count) -> counts.put(reason, count.sum()));
      return counts;
    }
  }
}
