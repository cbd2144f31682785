package dev.attune.streams.bench.features;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.Infra;
import java.util.ArrayList;
import java.util.List;

/**
 * How the processor time of an event grows from a thousand users to a million, beside the least
 * there is. Both stores are restored from the same rows of users with a past of some 300 events,
 * and both topologies read the same events.
 *
 * <p>First 500 users chat at a time, ten events each within minutes, then it is the turn of others
 * ({@link ChatEvents}). Then each event is of any user: what keeps users decoded, or blocks of the
 * store, has nothing to keep any more; nobody chats like that, so it is only shown.
 *
 * <p>The process's time counts, with what RocksDB does behind the stream thread's back. Bounded: a
 * store of a million rows takes up to 1.7 GB in a temporary folder while it is restored, one at a
 * time; a minute, and one more a round.
 */
public final class GrowthBenchmark implements Measurement {
  private static final int FEW = 1_000;
  private static final int MANY = 1_000_000;
  private static final int AT_A_TIME = 500;
  private static final int EVENTS_A_VISIT = 10;
  private static final int EVENTS_A_SECOND = 30_000;
  private static final int WARM_UPS = 2;
  private static final long START = 1_767_225_600_000L;

  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    Playbook playbook = Playbook.load(bench.checkout().root().resolve("playbooks/support"));
    AgedRows rows = AgedRows.of(playbook.engine(), AT_A_TIME, EVENTS_A_VISIT, START);
    int events = (int) (EVENTS_A_SECOND * bench.phase().toSeconds());
    try (Infra infra = Infra.start()) {
      bench.say("1,000 users, to have everything compiled");
      TopologyRun few = run(infra, "few.", rows, FEW, events);
      for (int i = 0; i < WARM_UPS; i++) {
        few.attune(playbook);
        few.least(rows.meanBytes());
      }
      TopologyRun many = run(infra, "many.", rows, MANY, events);
      List<Growth> chats = new ArrayList<>();
      List<Growth> anybody = new ArrayList<>();
      for (int round = 1; round <= bench.rounds(); round++) {
        bench.say(
            "round " + round + ": 1,000,000 users with rows of " + rows.meanBytes() + " bytes");
        List<Cost> attuneMany = many.attune(playbook);
        List<Cost> leastMany = many.least(rows.meanBytes());
        // last, so that the few can't look costly because of what was compiled meanwhile
        bench.say("round " + round + ": 1,000 users");
        List<Cost> attuneFew = few.attune(playbook);
        List<Cost> leastFew = few.least(rows.meanBytes());
        chats.add(Growth.of(0, attuneFew, leastFew, attuneMany, leastMany));
        anybody.add(Growth.of(1, attuneFew, leastFew, attuneMany, leastMany));
      }
      List<Row> table = new ArrayList<>(Growth.median(chats).rows("chats"));
      table.addLast(table.removeLast().goal(Goal.ratioAtMost(1.1)));
      table.addAll(Growth.median(anybody).rows("anybody"));
      return table;
    }
  }

  /** Chats, then events of anybody; the first quarter of each warms up. */
  private static TopologyRun run(Infra infra, String prefix, AgedRows rows, int users, int events) {
    EventTopic topic = EventTopic.create(infra, prefix);
    ChatEvents chats = new ChatEvents(users, AT_A_TIME, EVENTS_A_VISIT, rows.end(), 2);
    topic.send(events, chats::next);
    topic.send(events, new ChatEvents(users, 1, 1, chats.now(), 3)::next);
    return new TopologyRun(
        topic,
        new TopologyRun.Past(rows, users),
        List.of(
            new TopologyRun.Stretch(events / 4, events),
            new TopologyRun.Stretch(events + events / 4, events + events / 5 * 4)));
  }

  /** An event's processor time, µs: the topology's and the least, few users and many. */
  private record Growth(ComparedFigure few, ComparedFigure many) {
    static Growth of(
        int stretch,
        List<Cost> attuneFew,
        List<Cost> leastFew,
        List<Cost> attuneMany,
        List<Cost> leastMany) {
      return new Growth(
          new ComparedFigure(
              attuneFew.get(stretch).processMicros(), leastFew.get(stretch).processMicros()),
          new ComparedFigure(
              attuneMany.get(stretch).processMicros(), leastMany.get(stretch).processMicros()));
    }

    /** How much more an event costs with many. */
    private ComparedFigure factors() {
      return new ComparedFigure(many.value() / few.value(), many.baseline() / few.baseline());
    }

    static Growth median(List<Growth> rounds) {
      ComparedFigure middle = ComparedFigure.median(rounds.stream().map(Growth::factors).toList());
      return rounds.stream()
          .filter(round -> round.factors().equals(middle))
          .findFirst()
          .orElseThrow();
    }

    List<Row> rows(String who) {
      String least = "one get, one put";
      return List.of(
          Row.of("an event, 1,000 users, " + who, few.value(), "µs")
              .comparedWith(least, few.baseline()),
          Row.of("an event, 1,000,000 users, " + who, many.value(), "µs")
              .comparedWith(least, many.baseline()),
          Row.of("growth, " + who, factors().value(), "×")
              .comparedWith(least, factors().baseline()));
    }
  }
}
