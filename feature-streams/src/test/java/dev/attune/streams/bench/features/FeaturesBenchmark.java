package dev.attune.streams.bench.features;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.Infra;
import dev.attune.streams.recent.RecentUsersBranch;
import dev.attune.streams.recent.RecentUsersSettings;
import dev.attune.streams.topology.TopologyBranch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** One event through the support playbook's features: alone (JMH), and in the topology on Kafka. */
public final class FeaturesBenchmark implements Measurement {
  private static final int USERS = 1_000;

  /** With the default phase some twenty commits of the faster one. */
  private static final int EVENTS_A_SECOND = 60_000;

  private static final int WARM_UPS = 2;

  /** The service's; with so few of the topic's users, the list changes with most events. */
  private static final int LISTED_USERS = 200;

  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    System.setProperty("attune.root", bench.checkout().root().toString());
    Playbook playbook = Playbook.load(EventCost.playbook());
    List<Row> rows = new ArrayList<>(alone(bench, playbook));
    int events = (int) (EVENTS_A_SECOND * bench.phase().toSeconds());
    RowSizes sizes = RowSizes.of(playbook.engine(), USERS, events);
    rows.add(Row.of("state row a user, mean", sizes.mean(), "bytes"));
    rows.add(Row.of("state row a user, p99", sizes.p99(), "bytes").goal(Goal.valueAtMost(4_096)));
    rows.addAll(throughput(bench, playbook, events, sizes.mean()));
    return rows;
  }

  private static List<Row> alone(BenchmarkRun bench, Playbook playbook) throws Exception {
    int features = playbook.features().columns().size();
    bench.say("JMH: one event through " + features + " features");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(EventCost.class.getName())
                    .mode(org.openjdk.jmh.annotations.Mode.AverageTime)
                    .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(2))
                    .forks(1)
                    .jvmArgs(
                        "-Xmx512m", "-XX:+UseSerialGC", "-Dattune.root=" + bench.checkout().root())
                    .addProfiler(GCProfiler.class)
                    .verbosity(org.openjdk.jmh.runner.options.VerboseMode.SILENT)
                    .build())
            .run();
    List<Row> rows = new ArrayList<>();
    for (RunResult result : results) {
      boolean whole = result.getPrimaryResult().getLabel().equals("row");
      String what =
          whole
              ? "one event, row decoded and encoded"
              : "one event through " + features + " features";
      Row time = Row.of(what, result.getPrimaryResult().getScore() / 1e3, "µs");
      rows.add(whole ? time : time.goal(Goal.valueAtMost(3)));
      result
          .getSecondaryResults()
          .forEach(
              (label, secondary) -> {
                if (label.endsWith("gc.alloc.rate.norm")) {
                  rows.add(Row.of(what + ": allocated", secondary.getScore(), "bytes"));
                }
              });
    }
    return rows;
  }

  private static List<Row> throughput(
      BenchmarkRun bench, Playbook playbook, int events, int rowBytes) throws Exception {
    bench.say("filling a topic with " + events + " events of " + USERS + " users");
    try (Infra infra = Infra.start()) {
      EventTopic topic = EventTopic.create(infra, "bench.");
      topic.send(events, new ShopEvents(USERS, 1)::next);
      TopologyRun run =
          new TopologyRun(
              topic, null, List.of(new TopologyRun.Stretch(events / 4, events / 5 * 4)));
      bench.say("warming up: the first rounds are compiled while they run");
      for (int i = 0; i < WARM_UPS; i++) {
        run.attune(playbook);
        run.least(rowBytes);
      }
      List<ComparedFigure> rates = new ArrayList<>();
      List<ComparedFigure> times = new ArrayList<>();
      List<ComparedFigure> listed = new ArrayList<>();
      List<TopologyBranch> list =
          RecentUsersBranch.of(new RecentUsersSettings(LISTED_USERS), playbook, topic.registry())
              .stream()
              .toList();
      for (int round = 1; round <= bench.rounds(); round++) {
        bench.say("round " + round + " of " + bench.rounds());
        Cost attune = run.attune(playbook).getFirst();
        Cost least = run.least(rowBytes).getFirst();
        rates.add(new ComparedFigure(attune.eventsASecond(), least.eventsASecond()));
        times.add(new ComparedFigure(attune.threadMicros(), least.threadMicros()));
        Cost listing = run.attune(playbook, list).getFirst();
        listed.add(new ComparedFigure(listing.threadMicros(), attune.threadMicros()));
      }
      Cost cached = run.leastCached(rowBytes).getFirst();
      ComparedFigure rate = ComparedFigure.median(rates);
      ComparedFigure time = ComparedFigure.median(times);
      ComparedFigure listing = ComparedFigure.median(listed);
      String what = "topology, one thread, exactly-once, 1,000 users";
      String beside = "one get, one put, " + rowBytes + "-byte rows";
      return List.of(
          Row.of(what, rate.value(), "events/s")
              .comparedWith(beside, rate.baseline())
              .goal(Goal.ratioAtLeast(0.5)),
          Row.of("the same beside Kafka Streams' record cache", rate.value(), "events/s")
              .comparedWith(beside + ", cached", cached.eventsASecond()),
          Row.of("its stream thread's processor time an event", time.value(), "µs")
              .comparedWith(beside, time.baseline()),
          Row.of("the same with the list of recent users", listing.value(), "µs")
              .comparedWith("without", listing.baseline()));
    }
  }
}
