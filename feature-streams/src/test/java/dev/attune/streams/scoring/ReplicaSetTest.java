package dev.attune.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.ScoringServer;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Lane;
import dev.attune.streams.dispatch.OwedCalls;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real gRPC servers behind one name, which come and go while users are scored. */
@Timeout(120)
class ReplicaSetTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final List<String> USERS =
      IntStream.range(0, 600).mapToObj(i -> "user-" + i).toList();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<ScoringServer> servers = new ArrayList<>();
  private final ScoringServer a = server();
  private final ScoringServer b = server();
  private final ScoringServer c = server();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Owed owed = new Owed();

  /** What the name resolves to. */
  private volatile List<InetSocketAddress> resolved = List.of(a.socketAddress(), b.socketAddress());

  private final GrpcReplicas replicas =
      opened(
          new GrpcReplicas(
              settings(),
              new ScoringMeters(meters),
              Tracing.OFF,
              this::lookUp,
              Duration.ofMillis(20)));
  private final CommitBarrier barrier = new CommitBarrier(SECONDS, SECONDS, _ -> {});
  private final Dispatcher<String, ScoreRequest> dispatcher =
      opened(new Dispatcher<>(settings().dispatch(), replicas, barrier));
  private final Lane<String, ScoreRequest> lane = dispatcher.open(owed, _ -> null);

  @AfterEach
  void close() throws Exception {
    lane.close();
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private ScoringServer server() {
    ScoringServer server = opened(new ScoringServer());
    servers.add(server);
    return server;
  }

  private static ScoringSettings settings() {
    return new ScoringSettings(
        List.of("inference:7073"),
        ScoringServer.SECRET,
        false,
        SECONDS,
        1_024,
        SECONDS,
        SECONDS,
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ZERO,
        1_000,
        Duration.ofMillis(50));
  }

  private List<InetSocketAddress> lookUp(String name) throws UnknownHostException {
    if (resolved.isEmpty()) {
      throw new UnknownHostException(name);
    }
    return resolved;
  }

  private void resolveTo(ScoringServer... now) {
    resolved = List.of(now).stream().map(ScoringServer::socketAddress).toList();
    await().atMost(SECONDS).until(() -> replicas.all().size() == now.length);
  }

  /** Who scored each user's request with this offset, which all of them have submitted. */
  private Map<String, ScoringServer> score(long offset) {
    submit(offset);
    barrier.pass();
    return scorers(offset);
  }

  private void submit(long offset) {
    for (String user : USERS) {
      lane.submit(user, ScoreRequest.newBuilder().setUserId(user).setOffset(offset).build());
    }
  }

  private Map<String, ScoringServer> scorers(long offset) {
    Map<String, ScoringServer> scorers = new HashMap<>();
    for (ScoringServer server : servers) {
      USERS.stream()
          .filter(user -> server.stored(user) == offset)
          .forEach(user -> scorers.put(user, server));
    }
    assertThat(scorers).hasSize(USERS.size());
    assertThat(owed.isEmpty()).isTrue();
    assertThat(dispatcher.counters().open()).isZero();
    return scorers;
  }

  private static long share(Map<String, ScoringServer> scorers, ScoringServer of) {
    return scorers.values().stream().filter(of::equals).count();
  }

  private static List<String> moved(
      Map<String, ScoringServer> before, Map<String, ScoringServer> after) {
    return USERS.stream()
        .filter(user -> !Objects.equals(before.get(user), after.get(user)))
        .toList();
  }

  @Test
  void usersAreSpreadOverAllAddressesOfOneName() {
    Map<String, ScoringServer> scorers = score(1);

    assertThat(share(scorers, a)).isBetween(240L, 360L);
    assertThat(share(scorers, b)).isBetween(240L, 360L);
  }

  @Test
  void aNewAddressGetsItsShareAndNobodyElseMoves() {
    Map<String, ScoringServer> before = score(1);

    resolveTo(b, c, a);

    Map<String, ScoringServer> after = score(2);
    assertThat(share(after, c)).isBetween(140L, 260L);
    assertThat(moved(before, after)).allMatch(user -> c.equals(after.get(user)));
  }

  @Test
  void theUsersOfAnAddressThatGoesAreScoredByTheOthersWhateverWasUnderWay() {
    resolveTo(a, b, c);
    Map<String, ScoringServer> before = score(1);
    a.fallSilent();
    long had = a.requests();
    submit(2);
    await().atMost(SECONDS).until(() -> a.requests() - had == share(before, a));

    resolveTo(b, c);
    barrier.pass();

    Map<String, ScoringServer> after = scorers(2);
    assertThat(share(after, b)).isBetween(240L, 360L);
    assertThat(moved(before, after)).allMatch(user -> a.equals(before.get(user)));
  }

  @Test
  void aNameThatResolvesToNothingKeepsItsAddresses() throws Exception {
    ReplicaAddresses addresses = new ReplicaAddresses(List.of("inference:7073"), this::lookUp);
    var before = addresses.lookUp();

    resolved = List.of();

    assertThat(addresses.lookUp()).isEqualTo(before).hasSize(2).containsValue("inference:7073");
    assertThat(share(score(1), a)).isPositive();
  }

  @Test
  void aServerIsTakenForTheNameNotForItsAddress() {
    score(1);

    assertThat(a.authority()).isEqualTo("inference:7073");
  }

  @Test
  void metersOfReplicasThatHaveGoneGoToo() {
    score(1);
    for (int rollout = 0; rollout < 3; rollout++) {
      resolveTo(c);
      resolveTo(a, b);
    }

    await()
        .atMost(SECONDS)
        .untilAsserted(
            () ->
                assertThat(meters.find("attune.scoring.replica.calls").counters())
                    .extracting(counter -> counter.getId().getTag("replica"))
                    .containsExactlyInAnyOrder(a.address(), b.address()));
  }

  /** In memory; nobody is called again. */
  private static final class Owed implements OwedCalls<String> {
    private final Set<String> users = new HashSet<>();

    @Override
    public void mark(String user) {
      users.add(user);
    }

    @Override
    public void clear(String user) {
      users.remove(user);
    }

    @Override
    public List<String> next(int limit, Predicate<String> filter) {
      return List.of();
    }

    @Override
    public boolean isEmpty() {
      return users.isEmpty();
    }
  }
}
