package dev.attune.bench.features;

import dev.attune.bench.Bench;
import dev.attune.bench.Benchmark;
import dev.attune.bench.Goal;
import dev.attune.bench.Row;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.Infra;
import java.util.List;

/**
 * How the cost of an event grows from a thousand users to a million, beside the least there is.
 *
 * <p>Bounded: 1.2 million events with the default phase, of which the million are each user's
 * first; some 2 GB in temporary folders. So a user of the million has a young and short row. What
 * is compared with has rows of the same bytes, few and many, so that the difference in bytes is in
 * both and not taken for growth.
 */
public final class GrowthBenchmark implements Benchmark {

  private static final int FEW = 1_000;
  private static final int MANY = 1_000_000;
  private static final int MEASURED_A_SECOND = 8_000;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String summary() {
    return "cost an event with 1,000,000 users over that with 1,000";
  }

  @Override
  public List<Row> run(Bench bench) throws Exception {
    Playbook playbook = Playbook.load(bench.checkout().root().resolve("playbooks/support"));
    int measured = (int) (MEASURED_A_SECOND * bench.phase().toSeconds());
    int fewBytes = RowSizes.of(playbook.engine(), FEW, FEW + measured * 2).mean();
    int manyBytes =
        RowSizes.of(playbook.engine(), FEW, FEW + (int) (2L * FEW * measured / MANY)).mean();
    try (Infra infra = Infra.start()) {
      bench.say("few users");
      TopologyRun few = filled(infra, "few.", FEW, measured);
      // what is compiled meanwhile must not make the few look costly
      few.attune(playbook);
      few.oneGetOnePut(fewBytes);
      double attuneFew = few.attune(playbook);
      double leastFew = few.oneGetOnePut(fewBytes);
      bench.say("a million users; their first events alone take minutes");
      TopologyRun many = filled(infra, "many.", MANY, measured);
      double attuneMany = many.attune(playbook);
      double leastMany = many.oneGetOnePut(manyBytes);
      return List.of(
          Row.of("topology, 1,000 users", attuneFew, "events/s")
              .comparedWith("one get, one put, " + fewBytes + "-byte rows", leastFew),
          Row.of("topology, 1,000,000 users", attuneMany, "events/s")
              .comparedWith("one get, one put, " + manyBytes + "-byte rows", leastMany),
          Row.of("cost an event, growth", attuneFew / attuneMany, "×")
              .comparedWith("one get, one put", leastFew / leastMany)
              .goal(Goal.ratioAtMost(1.1)));
    }
  }

  /** Each user has a row before it is measured. */
  private static TopologyRun filled(Infra infra, String prefix, int users, int measured) {
    EventTopic topic = EventTopic.fill(infra, prefix, users, users + measured * 2);
    return new TopologyRun(topic, users + measured);
  }
}
