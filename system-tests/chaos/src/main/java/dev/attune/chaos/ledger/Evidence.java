package dev.attune.chaos.ledger;

import dev.attune.chaos.Check;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is compared after a run.
 *
 * @param clicksByApi everybody's clicks as {@code GET /v1/users/{id}} tells them
 * @param state what {@code user-profiles} has
 * @param shown decisions that must be logged
 * @param decisions how often each decision is logged
 */
public record Evidence(
    Ledger ledger,
    FaultTimes faults,
    StoredEvents stored,
    CountedEvents counted,
    Map<String, Double> clicksByApi,
    Map<String, UserRow> state,
    Map<String, UserRow> redis,
    Set<String> shown,
    Map<String, Integer> decisions) {
  /** Each must hold. */
  public List<Check> checks() {
    return List.of(
        acceptedIsStored(),
        checker().storedWasSent(),
        storedIsCountedOnce(),
        checker().clicksEqualRecount("session-features", counted.clicks()),
        clicksByApiEqualRecount(),
        LedgerCheck.versionsReached(ledger, redis),
        versionsAreTheLast(),
        oneShotsAreScored(),
        redisEqualsState(),
        shownIsLogged());
  }

  private LedgerCheck checker() {
    return new LedgerCheck(ledger, stored);
  }

  Check acceptedIsStored() {
    return checker().acceptedIsStored();
  }

  /** The one that a run without exactly-once breaks. */
  public Check storedIsCountedOnce() {
    return checker().storedIsCountedOnce(counted);
  }

  Check clicksByApiEqualRecount() {
    return checker().clicksEqualRecount("GET /v1/users/{id}", clicksByApi);
  }

  Check versionsAreTheLast() {
    return checker().versionsAreTheLast(redis);
  }

  Check oneShotsAreScored() {
    return checker().oneShotsAreScored(redis, faults);
  }

  Check redisEqualsState() {
    return LedgerCheck.redisEqualsState(state, redis);
  }

  Check shownIsLogged() {
    return LedgerCheck.shownIsLogged(shown, decisions);
  }

  Evidence withStored(StoredEvents other) {
    return new Evidence(
        ledger, faults, other, counted, clicksByApi, state, redis, shown, decisions);
  }

  Evidence withCounted(CountedEvents other) {
    return new Evidence(ledger, faults, stored, other, clicksByApi, state, redis, shown, decisions);
  }

  Evidence withClicksByApi(Map<String, Double> other) {
    return new Evidence(ledger, faults, stored, counted, other, state, redis, shown, decisions);
  }

  Evidence withRedis(Map<String, UserRow> other) {
    return new Evidence(
        ledger, faults, stored, counted, clicksByApi, state, other, shown, decisions);
  }

  Evidence withDecisions(Map<String, Integer> other) {
    return new Evidence(ledger, faults, stored, counted, clicksByApi, state, redis, shown, other);
  }
}
