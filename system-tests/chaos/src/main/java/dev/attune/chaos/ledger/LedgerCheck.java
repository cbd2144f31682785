package dev.attune.chaos.ledger;

import dev.attune.chaos.Check;
import dev.attune.chaos.ledger.Ledger.Entry;
import dev.attune.schemas.Position;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares what clients were told with what is there.
 *
 * <p>An event answered with 2xx is stored; one that nobody answered for is stored or not; none is
 * stored more often than it was sent. A client that lost an answer sends again, so an id may be
 * stored twice: the recount, and with it every aggregate, counts an id once.
 */
public final class LedgerCheck {
  private final Ledger ledger;
  private final StoredEvents stored;

  public LedgerCheck(Ledger ledger, StoredEvents stored) {
    this.ledger = ledger;
    this.stored = stored;
  }

  /** Every accepted event is stored. */
  public Check acceptedIsStored() {
    List<String> lost =
        ledger.events().entrySet().stream()
            .filter(sent -> sent.getValue().accepted())
            .map(Map.Entry::getKey)
            .filter(id -> !stored.copies().containsKey(id))
            .toList();
    return new Check(
        "every event answered with 2xx is readable from interaction-events",
        text("%,d accepted, %,d lost%s", ledger.accepted(), lost.size(), Examples.of(lost)),
        ledger.accepted() > 0 && lost.isEmpty());
  }

  /** Nothing is stored that was not sent, or more often than it was. */
  public Check storedWasSent() {
    List<String> odd =
        stored.copies().entrySet().stream()
            .filter(copy -> copy.getValue() > attempts(copy.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    return new Check(
        "an unanswered event is stored or not, none more often than it was sent",
        text(
            "%,d unanswered, %,d of them stored; %,d sent again are stored again; %,d too often%s",
            ledger.unanswered(),
            unansweredButStored(),
            storedAgain(),
            odd.size(),
            Examples.of(odd)),
        odd.isEmpty());
  }

  private int attempts(String id) {
    Entry sent = ledger.events().get(id);
    return sent == null ? 0 : sent.attempts();
  }

  private long unansweredButStored() {
    return ledger.events().entrySet().stream()
        .filter(sent -> !sent.getValue().accepted())
        .filter(sent -> stored.copies().containsKey(sent.getKey()))
        .count();
  }

  private long storedAgain() {
    return stored.copies().values().stream().filter(copies -> copies > 1).count();
  }

  /** Every stored record was applied exactly once. */
  public Check storedIsCountedOnce(CountedEvents counted) {
    long lost = stored.offsets().missingIn(counted.offsets());
    long twice = counted.offsets().again();
    return new Check(
        "session-features has one row for each stored event",
        text("%,d stored, %,d lost, %,d twice", stored.offsets().size(), lost, twice),
        stored.offsets().size() > 0 && lost == 0 && twice == 0);
  }

  /**
   * Everybody's clicks equal the recount.
   *
   * @param where who told them
   */
  public Check clicksEqualRecount(String where, Map<String, Double> clicks) {
    List<String> wrong =
        stored.users().stream().filter(user -> !isRecount(user, clicks.get(user))).toList();
    return new Check(
        "clicks_24h of each user in " + where + " equals a recount",
        text("%,d users, %,d wrong%s", stored.users().size(), wrong.size(), Examples.of(wrong)),
        !stored.users().isEmpty() && wrong.isEmpty());
  }

  /**
   * Every reply has its decision, and none has two.
   *
   * @param copies how often each decision is in the topic, by its id
   */
  public static Check shownIsLogged(Set<String> shown, Map<String, Integer> copies) {
    List<String> lost = shown.stream().filter(id -> !copies.containsKey(id)).toList();
    long twice = copies.values().stream().filter(times -> times > 1).count();
    return new Check(
        "every reply that exposes its user has its decision, once",
        text(
            "%,d replies, %,d lack it, %,d twice%s",
            shown.size(), lost.size(), twice, Examples.of(lost)),
        !shown.isEmpty() && lost.isEmpty() && twice == 0);
  }

  private boolean isRecount(String user, @Nullable Double clicks) {
    return clicks != null && clicks == stored.clicks(user);
  }

  /** Every user's version is that of the last accepted event, or newer. */
  public static Check versionsReached(Ledger ledger, Map<String, UserRow> rows) {
    List<String> behind = behind(ledger, rows);
    return new Check(
        "each user's version in Redis is that of the last accepted event or newer",
        text(
            "%,d users, %,d behind%s",
            ledger.lastAccepted().size(), behind.size(), Examples.of(behind)),
        !ledger.lastAccepted().isEmpty() && behind.isEmpty());
  }

  /** Users whose row does not know their last accepted event. */
  public static List<String> behind(Ledger ledger, Map<String, UserRow> rows) {
    return ledger.lastAccepted().entrySet().stream()
        .filter(last -> isBehind(rows.get(last.getKey()), last.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isBehind(@Nullable UserRow row, Position last) {
    return row == null || last.isAfter(row.version());
  }

  /** Everybody's prediction is of the very last event that is stored, no older and no other one. */
  public Check versionsAreTheLast(Map<String, UserRow> rows) {
    List<String> wrong =
        stored.last().entrySet().stream()
            .filter(last -> !isOf(last.getValue(), rows.get(last.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    return new Check(
        "each user's version in Redis is that of their last event in interaction-events",
        text("%,d users, %,d wrong%s", stored.users().size(), wrong.size(), Examples.of(wrong)),
        !stored.users().isEmpty() && wrong.isEmpty());
  }

  /** Who sent one event only has the prediction of that event: nothing later made up for it. */
  public Check oneShotsAreScored(Map<String, UserRow> rows, FaultTimes faults) {
    List<String> wrong =
        ledger.oneShots().keySet().stream()
            .filter(user -> !isOf(stored.last().get(user), rows.get(user)))
            .toList();
    long within = ledger.oneShots().values().stream().filter(faults::isWithin).count();
    return new Check(
        "users with one event have its prediction, also when it fell into a fault",
        text(
            "%,d users, %,d of them within a fault, %,d wrong%s",
            ledger.oneShots().size(), within, wrong.size(), Examples.of(wrong)),
        !ledger.oneShots().isEmpty() && wrong.isEmpty());
  }

  private static boolean isOf(@Nullable Position event, @Nullable UserRow row) {
    return event != null && row != null && row.version().equals(event);
  }

  /** Redis has everybody of the streams' state, with the same version and numbers. */
  public static Check redisEqualsState(Map<String, UserRow> state, Map<String, UserRow> redis) {
    List<String> different =
        Stream.concat(state.keySet().stream(), redis.keySet().stream())
            .distinct()
            .filter(user -> !isSame(state.get(user), redis.get(user)))
            .toList();
    return new Check(
        "Redis equals the streams' state as user-profiles has it",
        text("%,d users, %,d different%s", state.size(), different.size(), Examples.of(different)),
        !state.isEmpty() && different.isEmpty());
  }

  private static boolean isSame(@Nullable UserRow one, @Nullable UserRow other) {
    return one != null && one.equals(other);
  }

  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }
}
