package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One stream thread with four tasks and the settings of production in virtual time: events of users
 * at random come at a fixed rate, take 100 µs each, and are scored by replicas that answer after 5
 * ms, or at once when they can't.
 */
final class VirtualStream {
  record Request(String user, int version) {}

  private record Event(Request request, long arrived) {}

  private static final int USERS = 2_000;
  private static final int TASKS = 4;
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration COMMIT = Duration.ofSeconds(2);
  private static final Duration PROCESSING = Duration.ofNanos(100_000);
  private static final Duration ANSWER = Duration.ofMillis(5);
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final DispatchSettings SETTINGS =
      new DispatchSettings(
          512,
          Duration.ofSeconds(2),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          32,
          Duration.ofMillis(500));

  /** Replicas that refuse connections. */
  final boolean[] away;

  /** Replicas that take calls and answer none before the deadline. */
  final boolean[] silent;

  /** Users whom no replica can score now. */
  Predicate<String> failing = _ -> false;

  /** When they are told so. */
  Duration failsAfter = Duration.ofMillis(1);

  final Dispatcher<String, Request> dispatcher;

  private final VirtualTime time = new VirtualTime();
  private final SplittableRandom random = new SplittableRandom(20261127);
  private final long interval;
  private final CommitBarrier barrier;
  private final List<OwedInMemory> owed = new ArrayList<>();
  private final List<Lane<String, Request>> lanes = new ArrayList<>();
  private final Map<String, Integer> newest = new HashMap<>();
  private final Map<String, Deque<Event>> unscored = new HashMap<>();
  private final Map<String, List<Long>> freshness = new HashMap<>();
  private long arrival;
  private long tick;
  private long commit;
  private int versions;

  VirtualStream(int replicas, int eventsASecond) {
    away = new boolean[replicas];
    silent = new boolean[replicas];
    interval = Duration.ofSeconds(1).toNanos() / eventsASecond;
    barrier =
        new CommitBarrier(SETTINGS.barrierLimit(), SETTINGS.submitLimit(), _ -> {}, time::now);
    List<Replica<Request>> all =
        IntStream.range(0, replicas)
            .<Replica<Request>>mapToObj(i -> (request, answer) -> call(i, request, answer))
            .toList();
    dispatcher =
        new Dispatcher<>(
            SETTINGS,
            () -> all,
            barrier,
            new DispatcherEnvironment(
                time::now, random::nextDouble, time::after, () -> time.new Lock()));
    for (int task = 0; task < TASKS; task++) {
      OwedInMemory marks = new OwedInMemory();
      owed.add(marks);
      lanes.add(dispatcher.open(marks, user -> new Request(user, newest.getOrDefault(user, 0))));
    }
  }

  private void call(int replica, Request request, Consumer<CallOutcome> answer) {
    if (away[replica]) {
      answer.accept(CallOutcome.UNREACHABLE);
    } else if (silent[replica]) {
      time.after(DEADLINE, () -> answer.accept(CallOutcome.UNAVAILABLE));
    } else if (failing.test(request.user())) {
      time.after(failsAfter, () -> answer.accept(CallOutcome.UNAVAILABLE));
    } else {
      time.after(
          ANSWER,
          () -> {
            scored(request);
            answer.accept(CallOutcome.SETTLED);
          });
    }
  }

  private void scored(Request request) {
    Deque<Event> waiting = unscored.getOrDefault(request.user(), new ArrayDeque<>());
    while (!waiting.isEmpty() && waiting.peek().request().version() <= request.version()) {
      long age = time.now() - waiting.remove().arrived();
      freshness.computeIfAbsent(request.user(), _ -> new ArrayList<>()).add(age);
    }
  }

  void run(Duration span) {
    long end = time.now() + span.toNanos();
    while (time.now() < end) {
      if (time.now() >= tick) {
        lanes.forEach(Lane::tick);
        tick = time.now() + TICK.toNanos();
      } else if (time.now() >= commit) {
        barrier.pass();
        commit = time.now() + COMMIT.toNanos();
      } else if (time.now() >= arrival) {
        process(arrival);
        arrival += interval;
      } else {
        time.passUntilNext(Math.min(Math.min(tick, commit), arrival));
      }
    }
  }

  private void process(long arrived) {
    String user = "user-" + random.nextInt(USERS);
    Request request = new Request(user, ++versions);
    newest.put(user, request.version());
    unscored.computeIfAbsent(user, _ -> new ArrayDeque<>()).add(new Event(request, arrived));
    lanes.get(Math.floorMod(user.hashCode() * 31 >> 3, TASKS)).submit(user, request);
    time.pass(PROCESSING);
  }

  /** Forgets what was measured so far. */
  void measure() {
    freshness.clear();
  }

  /** Users with an event that is older than this and not scored yet. */
  List<String> behind(Duration age) {
    long since = time.now() - age.toNanos();
    return unscored.entrySet().stream()
        .filter(user -> !user.getValue().isEmpty() && user.getValue().peek().arrived() < since)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Of the events of such users that were scored, and of those that are not scored yet. */
  Duration p99(Predicate<String> users) {
    long[] ages =
        newest.keySet().stream()
            .filter(users)
            .flatMapToLong(
                user ->
                    LongStream.concat(
                        freshness.getOrDefault(user, List.of()).stream().mapToLong(a -> a),
                        unscored.getOrDefault(user, new ArrayDeque<>()).stream()
                            .mapToLong(e -> time.now() - e.arrived())))
            .toArray();
    Arrays.sort(ages);
    return Duration.ofNanos(ages[(int) (ages.length * 0.99)]);
  }
}
