package dev.attune.streams.topology;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.streams.Events;
import dev.attune.streams.dispatch.VirtualDispatch;
import dev.attune.streams.dispatch.VirtualTime;
import dev.attune.streams.topology.SimulatedReplicas.Stored;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One run: steps at random, then everybody whom a replica can score must be scored within {@link
 * SimulationRules#bound}, then those who always failed, then all that is left comes to its end and
 * is counted.
 *
 * <p>Rows of events that were received more than a second ago are left to the commit; the test
 * driver has one after each event, which keeps the users decoded.
 */
final class Simulation implements AutoCloseable {
  private static final int STEPS = 150;
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final int HOUR = 3_600_000;

  private final long seed;
  private final SplittableRandom random;
  private final SimulationRules rules;
  private final VirtualTime time = new VirtualTime();
  private final SimulatedReplicas replicas;
  private final SimulatedInstance instance;

  private final Map<String, Long> processed = new HashMap<>();

  /** Users whose last event is an erasure. */
  private final Set<String> erased = new HashSet<>();

  private final Set<String> everErased = new HashSet<>();

  /** Of the events since the user's last erasure. */
  private final Map<String, TreeSet<String>> ids = new TreeMap<>();

  private long clockAhead;
  private int sent;
  private int erasures;
  private long lastCommit;

  Simulation(long seed, SchemaRegistryClient schemas, Path home) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    rules = SimulationRules.draw(random);
    replicas = new SimulatedReplicas(time, random, rules.deadline(), rules.replicas());
    replicas.fail(rules.alwaysFailing());
    var around =
        new SimulatedInstance.DispatcherEnvironment(
            schemas,
            home,
            () -> Instant.ofEpochMilli(now()),
            time,
            new SlowStores(time, () -> SimulationRules.access(random)),
            VirtualDispatch.barrier(rules.dispatch(), time),
            barrier ->
                VirtualDispatch.dispatcher(
                    rules.dispatch(), replicas, barrier, time, random::nextDouble));
    instance = new SimulatedInstance(around, rules.tasks());
  }

  private long now() {
    return START + Duration.ofNanos(time.now()).toMillis() + clockAhead;
  }

  void play() {
    try {
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      recover();
      comeToAnEnd();
      check();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed %d, %s: %s".formatted(seed, rules, e.getMessage()), e);
    }
  }

  private void step() {
    switch (random.nextInt(32)) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> sendNew();
      case 10, 11 -> sendAgain();
      case 12 -> erase();
      case 13, 14, 15 -> commit();
      case 16 -> crash();
      case 17 -> rebalance();
      case 18 -> clockAhead += random.nextInt(-HOUR / 2, HOUR / 2);
      case 19, 20, 21, 22 -> replicas.changeHealthOfOne();
      case 23 -> replicas.replaceOne();
      case 24 -> replicas.fail(someUsers());
      case 25 -> stand(Duration.ofSeconds(random.nextInt(1, 600)));
      default -> go(Duration.ofMillis(random.nextInt(1, 3_000)));
    }
  }

  private Set<String> someUsers() {
    Set<String> users = new HashSet<>(rules.alwaysFailing());
    IntStream.range(0, random.nextInt(SimulationRules.USERS))
        .forEach(_ -> users.add(rules.anyUser(random)));
    return users;
  }

  private void sendNew() {
    String user = rules.anyUser(random);
    String id = "e" + sent;
    ids.computeIfAbsent(user, _ -> new TreeSet<>()).add(id);
    erased.remove(user);
    // a client's clock between an hour behind and a day ahead
    long ahead = random.nextInt(10) == 0 ? 24 * HOUR : -random.nextInt(HOUR);
    send(Events.clicked(user, id, now() + ahead));
  }

  private void sendAgain() {
    String user = rules.anyUser(random);
    List<String> known = List.copyOf(ids.getOrDefault(user, new TreeSet<>()));
    if (!known.isEmpty()) {
      send(Events.clicked(user, known.get(random.nextInt(known.size())), now()));
    }
  }

  private void erase() {
    String user = rules.anyUser(random);
    ids.remove(user);
    erased.add(user);
    everErased.add(user);
    erasures++;
    send(Events.erased(user, "e" + sent, now()));
  }

  /** One in four belongs to a backlog. */
  private void send(InteractionEvent event) {
    long age = random.nextInt(4) == 0 ? random.nextInt(60_000) : 0;
    event.setReceivedAt(now() - age);
    sent++;
    processed.put(event.getUserId(), instance.send(event));
    time.pass(Duration.ofNanos(random.nextInt(1_000_000)));
  }

  /** The stream thread polls, as it does while nothing comes. */
  private void go(Duration span) {
    long end = time.now() + span.toNanos();
    while (time.now() < end) {
      time.pass(rules.poll(random));
      instance.poll();
    }
  }

  /** The process stands still, or the stream thread does. */
  private void stand(Duration span) {
    time.pass(span);
    instance.poll();
  }

  private void commit() {
    long begin = time.now();
    instance.commit();
    lastCommit = time.now();
    assertThat(Duration.ofNanos(lastCommit - begin))
        .as("a commit's wait")
        .isLessThanOrEqualTo(rules.longestCommit());
    processed.forEach(
        (user, version) ->
            assertThat(replicas.version(user) >= version || instance.owes(user))
                .as("%s at %d, stored %d, not owed", user, version, replicas.version(user))
                .isTrue());
  }

  /** Calls of the dead instance may still be answered later. */
  private void crash() {
    processed.putAll(instance.crash());
  }

  private void rebalance() {
    commit();
    crash();
  }

  // the end

  /** First one replica is well and can score all but those who always fail, then all faults end. */
  private void recover() {
    replicas.heal(rules.replicas() - rules.staying());
    replicas.fail(rules.alwaysFailing());
    goUntilScored(
        rules.alwaysFailing(), rules.bound(rules.alwaysFailing().size(), rules.staying()));
    replicas.heal(rules.replicas());
    replicas.fail(Set.of());
    goUntilScored(Set.of(), rules.bound(0, 0));
  }

  private void goUntilScored(Set<String> but, Duration bound) {
    long end = time.now() + bound.toNanos();
    Set<String> behind = behind(but);
    while (!behind.isEmpty() && time.now() < end) {
      go(rules.poll(random));
      if (time.now() - lastCommit > SimulationRules.COMMIT.toNanos()) {
        commit();
      }
      behind = behind(but);
    }
    assertThat(behind).as("not scored within %s once they could be", bound).isEmpty();
  }

  private Set<String> behind(Set<String> but) {
    Set<String> behind = new TreeSet<>();
    processed.forEach(
        (user, version) -> {
          if (!but.contains(user) && replicas.version(user) < version) {
            behind.add(user);
          }
        });
    return behind;
  }

  private void comeToAnEnd() {
    for (int hour = 0; hour < 20; hour++) {
      commit();
      stand(Duration.ofHours(1));
      go(Duration.ofSeconds(1));
    }
    commit();
  }

  private void check() {
    assertThat(replicas.stored()).isEqualTo(expectedInStore());
    assertThat(instance.features()).hasSize(sent - erasures);
    Map<String, Double> expected = new TreeMap<>();
    ids.forEach((user, distinct) -> expected.put(user, (double) distinct.size()));
    assertThat(counts(instance.features())).containsAllEntriesOf(expected);
    expected.keySet().removeAll(everErased);
    Map<String, Double> inSessions = eventsInSessions(instance.sessions());
    inSessions.keySet().removeAll(everErased);
    assertThat(inSessions).isEqualTo(expected);
    assertThat(instance.awaitsAnEnd()).isFalse();
  }

  private Map<String, Stored> expectedInStore() {
    return processed.entrySet().stream()
        .collect(
            toMap(
                Map.Entry::getKey,
                user -> new Stored(user.getValue(), erased.contains(user.getKey()))));
  }

  private static Map<String, Double> counts(List<SessionFeatures> rows) {
    Map<String, Double> counts = new TreeMap<>();
    rows.forEach(row -> counts.put(row.getUserId(), row.getVector().getNumbers().getFirst()));
    return counts;
  }

  /** Over the highest revision of each session: every event is in exactly one. */
  private static Map<String, Double> eventsInSessions(List<Session> said) {
    Map<String, Session> last = new TreeMap<>();
    said.forEach(s -> last.put(s.getUserId() + " " + s.getStartedAt(), s));
    Map<String, Double> events = new TreeMap<>();
    last.values().forEach(s -> events.merge(s.getUserId(), (double) s.getEvents(), Double::sum));
    return events;
  }

  @Override
  public void close() {
    instance.close();
  }
}
