package dev.attune.chaos.ledger;

import dev.attune.chaos.Check;
import dev.attune.schemas.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a run's evidence would be had one thing gone wrong, and the check that must notice. A
 * checker that lets one of them pass is blind in this run, whatever it says about it.
 */
public enum Damage {
  EVENT_LOST(
      "an accepted event lost",
      whole -> whole.withStored(whole.stored().without(accepted(whole))),
      Evidence::acceptedIsStored),
  NOT_APPLIED(
      "one not applied",
      whole -> whole.withCounted(whole.counted().with(whole.counted().offsets().withoutOne())),
      Evidence::storedIsCountedOnce),
  APPLIED_TWICE(
      "one applied twice",
      whole -> whole.withCounted(whole.counted().with(whole.counted().offsets().withOneAgain())),
      Evidence::storedIsCountedOnce),
  MISCOUNTED(
      "a click miscounted",
      whole -> whole.withClicksByApi(changed(whole.clicksByApi(), clicks -> clicks + 1)),
      Evidence::clicksByApiEqualRecount),
  MARK_LOST(
      "a user with one event never scored",
      whole -> whole.withRedis(without(whole.redis(), oneShot(whole))),
      Evidence::oneShotsAreScored),
  OLD_VERSION(
      "a version one event old",
      whole -> whole.withRedis(changed(whole.redis(), Damage::older)),
      Evidence::versionsAreTheLast),
  OTHER_NUMBERS(
      "other numbers in Redis",
      whole -> whole.withRedis(changed(whole.redis(), Damage::otherNumbers)),
      Evidence::redisEqualsState),
  DECISION_LOST(
      "a decision not logged",
      whole -> whole.withDecisions(without(whole.decisions(), first(whole.shown()))),
      Evidence::shownIsLogged);

  private final String text;
  private final UnaryOperator<Evidence> done;
  private final Function<Evidence, Check> check;

  Damage(String text, UnaryOperator<Evidence> done, Function<Evidence, Check> check) {
    this.text = text;
    this.done = done;
    this.check = check;
  }

  /** The control of a run: done to its evidence, each damage breaks its check. */
  public static Check control(Evidence whole) {
    List<String> unseen =
        Arrays.stream(values())
            .filter(damage -> !damage.isNoticed(whole))
            .map(damage -> damage.text)
            .toList();
    return new Check(
        "control: the checker notices each damage that is done to this run's records",
        "%d of %d noticed%s"
            .formatted(values().length - unseen.size(), values().length, Examples.of(unseen)),
        unseen.isEmpty());
  }

  /** Also false where there is nothing to be damaged: such a run shows nothing. */
  private boolean isNoticed(Evidence whole) {
    try {
      return !check.apply(done.apply(whole)).held();
    } catch (NoSuchElementException e) {
      return false;
    }
  }

  private static String accepted(Evidence whole) {
    return whole.ledger().events().entrySet().stream()
        .filter(sent -> sent.getValue().accepted())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static String oneShot(Evidence whole) {
    return first(whole.ledger().oneShots().keySet());
  }

  private static String first(Iterable<String> some) {
    return some.iterator().next();
  }

  private static <T> Map<String, T> without(Map<String, T> whole, String key) {
    Map<String, T> rest = new HashMap<>(whole);
    rest.remove(key);
    return rest;
  }

  private static <T> Map<String, T> changed(Map<String, T> whole, UnaryOperator<T> change) {
    Map<String, T> other = new HashMap<>(whole);
    other.computeIfPresent(first(whole.keySet()), (_, value) -> change.apply(value));
    return other;
  }

  private static UserRow older(UserRow row) {
    Position at = row.version();
    // of the very first event there is no older version than none: a later one is as wrong
    long offset = at.offset() == 0 ? 1 : at.offset() - 1;
    return new UserRow(new Position(at.epoch(), at.partition(), offset), row.numbers());
  }

  private static UserRow otherNumbers(UserRow row) {
    List<Double> numbers = new ArrayList<>(row.numbers());
    double first = numbers.getFirst();
    numbers.set(0, Double.isNaN(first) ? 0 : first + 1);
    return new UserRow(row.version(), numbers);
  }
}
