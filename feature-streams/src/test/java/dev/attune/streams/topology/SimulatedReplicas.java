package dev.attune.streams.topology;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.streams.dispatch.Replica;
import dev.attune.streams.dispatch.Replicas;
import dev.attune.streams.dispatch.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Replicas of inference-service in virtual time, with faults, and the prediction store behind them,
 * which keeps each user's greatest version. A call may be stored long after its caller gave up.
 */
final class SimulatedReplicas implements Replicas<ScoreRequest> {
  /** The slowest answer of a replica that is well. */
  static final Duration LATENCY = Duration.ofMillis(20);

  private enum Health {
    WELL,
    /** Answers each call at a time of its own up to twice the deadline. */
    SLOW,
    /** Answers nothing; some of it is done all the same. */
    SILENT,
    /** Refuses connections. */
    AWAY,
    /** Answers that it can't score anybody. */
    UNABLE
  }

  /** What the store has of a user. */
  record Stored(long version, boolean erased) {}

  private final Map<String, Stored> stored = new HashMap<>();

  /** Users whom no replica can score. */
  private final Set<String> failing = new HashSet<>();

  private final VirtualTime time;
  private final SplittableRandom random;
  private final Duration deadline;
  private List<Simulated> all = List.of();

  SimulatedReplicas(VirtualTime time, SplittableRandom random, Duration deadline, int replicas) {
    this.time = time;
    this.random = random;
    this.deadline = deadline;
    for (int replica = 0; replica < replicas; replica++) {
      come();
    }
  }

  @Override
  public List<? extends Replica<ScoreRequest>> all() {
    return all;
  }

  private void come() {
    List<Simulated> with = new ArrayList<>(all);
    with.add(new Simulated());
    all = List.copyOf(with);
  }

  /** One goes, and another one comes in its place. It still answers what it is called with. */
  void replaceOne() {
    List<Simulated> without = new ArrayList<>(all);
    without.remove(random.nextInt(without.size()));
    all = List.copyOf(without);
    come();
  }

  void changeHealthOfOne() {
    Health[] kinds = Health.values();
    all.get(random.nextInt(all.size())).health = kinds[random.nextInt(kinds.length)];
  }

  void fail(Set<String> users) {
    failing.clear();
    failing.addAll(users);
  }

  /** So many are well from now on; the others stay as they are. */
  void heal(int replicas) {
    all.subList(0, replicas).forEach(replica -> replica.health = Health.WELL);
  }

  Map<String, Stored> stored() {
    return stored;
  }

  long version(String user) {
    Stored known = stored.get(user);
    return known == null ? -1 : known.version();
  }

  private void store(ScoreRequest request) {
    long version = SimulatedInstance.version(request);
    if (version > version(request.getUserId())) {
      stored.put(request.getUserId(), new Stored(version, request.getErased()));
    }
  }

  private final class Simulated implements Replica<ScoreRequest> {
    private Health health = Health.WELL;

    @Override
    public void call(ScoreRequest request, Consumer<CallOutcome> answer) {
      switch (health) {
        case WELL -> answerAfter(upTo(LATENCY), request, answer);
        case SLOW -> answerAfter(upTo(deadline.multipliedBy(2)), request, answer);
        case SILENT -> {
          if (random.nextBoolean()) {
            time.after(upTo(deadline.multipliedBy(2)), () -> store(request));
          }
          time.after(deadline, () -> answer.accept(CallOutcome.UNAVAILABLE));
        }
        case AWAY -> answer.accept(CallOutcome.UNREACHABLE);
        case UNABLE -> time.after(upTo(LATENCY), () -> answer.accept(CallOutcome.UNAVAILABLE));
      }
    }

    private void answerAfter(Duration latency, ScoreRequest request, Consumer<CallOutcome> answer) {
      boolean fails = failing.contains(request.getUserId());
      boolean inTime = latency.compareTo(deadline) < 0;
      if (!fails) {
        time.after(latency, () -> store(request));
      }
      time.after(
          inTime ? latency : deadline,
          () -> answer.accept(fails || !inTime ? CallOutcome.UNAVAILABLE : CallOutcome.SETTLED));
    }

    private Duration upTo(Duration most) {
      return Duration.ofNanos(1 + random.nextLong(most.toNanos()));
    }
  }
}
