package dev.attune.streams.dispatch;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How keys are spread over replicas that come, fail and go. */
class ReplicaPoolTest {
  private static final List<String> KEYS =
      IntStream.range(0, 10_000).mapToObj(i -> "user-" + i).toList();
  private static final DispatchSettings SETTINGS =
      new DispatchSettings(
          8,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(1),
          Duration.ofMillis(8),
          Duration.ZERO,
          1,
          Duration.ofMillis(100));

  private record Named(String name) implements Replica<String> {
    @Override
    public void call(String request, Consumer<CallOutcome> answer) {
      answer.accept(CallOutcome.UNREACHABLE);
    }
  }

  private volatile List<Named> now = named("a", "b", "c");
  private final ReplicaPool<String> pool = new ReplicaPool<>(() -> now, SETTINGS, () -> 0L);

  private static List<Named> named(String... names) {
    return Arrays.stream(names).map(Named::new).toList();
  }

  private void goes(String name) {
    now = now.stream().filter(replica -> !replica.name().equals(name)).toList();
  }

  private void comes(String name) {
    List<Named> with = new ArrayList<>(now);
    with.add(new Named(name));
    now = List.copyOf(with);
  }

  private String owner(String key, int attempt) {
    GuardedReplica<String> picked = requireNonNull(pool.pick(key, attempt));
    return now.stream().filter(picked::guards).findFirst().orElseThrow().name();
  }

  private Map<String, String> owners() {
    Map<String, String> owners = new TreeMap<>();
    KEYS.forEach(key -> owners.put(key, owner(key, 0)));
    return owners;
  }

  private static Map<String, Long> shares(Map<String, String> owners) {
    return owners.values().stream().collect(groupingBy(name -> name, counting()));
  }

  private static List<String> moved(Map<String, String> before, Map<String, String> after) {
    return KEYS.stream().filter(key -> !Objects.equals(before.get(key), after.get(key))).toList();
  }

  @Test
  void eachHasItsShareOfTheKeys() {
    assertThat(shares(owners()))
        .containsOnlyKeys("a", "b", "c")
        .allSatisfy((_, keys) -> assertThat(keys).isBetween(3_150L, 3_520L));
  }

  @Test
  void aNewOneTakesItsShareAndNoOtherKeyMoves() {
    Map<String, String> before = owners();

    comes("d");

    Map<String, String> after = owners();
    assertThat(shares(after).get("d")).isBetween(2_350L, 2_650L);
    assertThat(moved(before, after)).allMatch(key -> "d".equals(after.get(key)));
  }

  @Test
  void theKeysOfOneThatGoesAreSharedByTheOthersAndNoOtherKeyMoves() {
    Map<String, String> before = owners();

    goes("b");

    Map<String, String> after = owners();
    assertThat(shares(after)).allSatisfy((_, keys) -> assertThat(keys).isBetween(4_800L, 5_200L));
    assertThat(moved(before, after)).allMatch(key -> "b".equals(before.get(key)));
  }

  @Test
  void theKeysOfOneThatFailsAreSharedByTheOthersAndNoOtherKeyMoves() {
    Map<String, String> before = owners();

    String oneOfThem = KEYS.stream().filter(key -> "b".equals(before.get(key))).findFirst().get();
    requireNonNull(pool.pick(oneOfThem, 0)).call("request", true, _ -> {});

    Map<String, String> after = owners();
    assertThat(shares(after)).allSatisfy((_, keys) -> assertThat(keys).isBetween(4_800L, 5_200L));
    assertThat(moved(before, after)).allMatch(key -> "b".equals(before.get(key)));
  }

  @Test
  void furtherAttemptsGoRoundAllOfThem() {
    for (String key : KEYS) {
      assertThat(IntStream.range(7, 10).mapToObj(attempt -> owner(key, attempt)))
          .containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  @Test
  void withoutAnyNobodyIsCalled() {
    now = List.of();

    assertThat(pool.pick("user", 0)).isNull();
    assertThat(pool.toProbe()).isNull();
    assertThat(pool.allFail()).isTrue();
  }

  @Test
  void thoseThatFailAreCounted() {
    assertThat(pool.failing()).isZero();

    open("b");
    assertThat(pool.failing()).isEqualTo(1);
    open("c");
    assertThat(pool.failing()).isEqualTo(2);
    assertThat(pool.allFail()).isFalse();
  }

  @Test
  void whoTakesAnothersPlaceIsCalledInstead() {
    assertThat(owners().values()).contains("c");

    goes("c");
    comes("d");

    assertThat(owners().values()).doesNotContain("c").contains("d");
    assertThat(pool.size()).isEqualTo(3);
  }

  /** The first failure has asked two of them: the next ones go round, then try one that is open. */
  @Test
  void aKeyThatFailsGoesRoundTheClosedOnesAndThenOneThatIsOpen() {
    List<String> order = IntStream.range(0, 3).mapToObj(i -> owner("user", i)).toList();
    open(order.get(1));

    assertThat(again(8))
        .containsExactly(
            order.get(0),
            order.get(2),
            order.get(0),
            order.get(1),
            order.get(0),
            order.get(2),
            order.get(1),
            order.get(2));
  }

  @Test
  void ofThoseThatAreOpenEachHasItsTurn() {
    List<String> order = IntStream.range(0, 3).mapToObj(i -> owner("user", i)).toList();
    open(order.get(1));
    open(order.get(2));

    assertThat(again(9))
        .containsExactly(
            order.get(0),
            order.get(0),
            order.get(1),
            order.get(0),
            order.get(2),
            order.get(0),
            order.get(1),
            order.get(0),
            order.get(2));
  }

  private void open(String name) {
    String key = KEYS.stream().filter(any -> owner(any, 0).equals(name)).findFirst().orElseThrow();
    requireNonNull(pool.pick(key, 0)).call("request", true, _ -> {});
  }

  /** Who is asked after 0, 1, 2 … failures. */
  private List<String> again(int failures) {
    return IntStream.range(0, failures)
        .mapToObj(i -> requireNonNull(pool.pickAgain("user", i)))
        .map(picked -> now.stream().filter(picked::guards).findFirst().orElseThrow().name())
        .toList();
  }
}
