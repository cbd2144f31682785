package dev.attune.chaos.stack;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.ledger.Damage;
import dev.attune.chaos.ledger.Evidence;
import dev.attune.chaos.ledger.Ledger;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.ReplyCounts;
import dev.attune.chaos.load.RequestCounts;
import dev.attune.local.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** After the last fault: lets the stack settle, then compares what it holds with the ledger. */
public final class FinalCheck {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Then it is late; what is lost is told from what is late by waiting longer. */
  private static final Duration LONGEST = Duration.ofSeconds(240);

  private static final long POLL_MILLIS = 500;

  private static final int AFTER_CONTROL = 500;

  private final ChaosStack stack;
  private final Ledger ledger;
  private final Set<String> shown;
  private final StoreContents contents;
  private final long since;

  private FinalCheck(ChaosStack stack, Load load, long since) {
    this.stack = stack;
    this.ledger = load.ledger();
    this.shown = ledger.shown();
    this.contents = new StoreContents(stack.places());
    this.since = since;
  }

  /**
   * Ends the senders, waits and compares.
   *
   * @param since {@code System.nanoTime()} of when everything was there again
   */
  public static List<Check> of(ChaosRun chaos, ChaosStack stack, Load load, long since)
      throws InterruptedException {
    return of(chaos, stack, load, since, LIMIT);
  }

  /**
   * The same where an accepted event may take longer than usual to be in Redis.
   *
   * @param longestWait at any time of the run
   */
  public static List<Check> of(
      ChaosRun chaos, ChaosStack stack, Load load, long since, Duration longestWait)
      throws InterruptedException {
    if (chaos.control()) {
      return control(chaos, stack, load);
    }
    load.stopSending();
    chaos.say("settling, then comparing with what %,d events were told", load.ledger().accepted());
    return new FinalCheck(stack, load, since).checks(longestWait);
  }

  /** One more kill, which without exactly-once must show, or the checker is blind. */
  private static List<Check> control(ChaosRun chaos, ChaosStack stack, Load load)
      throws InterruptedException {
    chaos.say("control: feature-streams, without exactly-once, killed");
    stack.kill(first(Part.STREAMS));
    stack.up(first(Part.STREAMS));
    load.awaitAccepted(AFTER_CONTROL);
    load.stopSending();
    var check = new FinalCheck(stack, load, System.nanoTime());
    // what was applied twice keeps the rest from ever being equal
    var unused = check.until(() -> check.contents.lag() == 0);
    Check once = check.evidence().storedIsCountedOnce();
    return List.of(
        new Check(
            "control: events that are applied again are noticed",
            once.must() + ": " + once.seen(),
            !once.held()));
  }

  private List<Check> checks(Duration longestWait) throws InterruptedException {
    Optional<Duration> settled = until(() -> contents.hasAll(ledger, shown));
    stack.poller().finish();
    Evidence evidence = evidence();
    var checks = new ArrayList<Check>();
    checks.add(settledInTime(settled));
    checks.addAll(evidence.checks());
    checks.add(ledger.seen().nobodyWaitedLonger(longestWait));
    checks.add(ledger.seen().nobodyWentBack());
    checks.add(Damage.control(evidence));
    checks.add(othersLived());
    return checks;
  }

  private Evidence evidence() throws InterruptedException {
    return contents.evidence(ledger, stack.faults(), shown);
  }

  private Optional<Duration> until(BooleanSupplier reached) throws InterruptedException {
    while (System.nanoTime() - since < LONGEST.toNanos()) {
      if (reached.getAsBoolean()) {
        return Optional.of(Duration.ofNanos(System.nanoTime() - since));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return Optional.empty();
  }

  private static Check settledInTime(Optional<Duration> settled) {
    return new Check(
        "within %d s all is applied and Redis has it".formatted(LIMIT.toSeconds()),
        settled
            .map(took -> "after %.1f s".formatted(took.toMillis() / 1e3))
            .orElse("not within %d s".formatted(LONGEST.toSeconds())),
        settled.filter(took -> took.compareTo(LIMIT) <= 0).isPresent());
  }

  private Check othersLived() {
    var died = stack.diedByThemselves();
    return new Check(
        "no process ends but those that were made to",
        died.isEmpty() ? "none did" : died + " did",
        died.isEmpty());
  }

  /** Valid requests to the gateway are answered with 200 or 503, or break. */
  public static Check nothingRefused(RequestCounts attempts) {
    return new Check(
        "a valid batch is answered with 200, or with 503 and Retry-After",
        "%,d requests, %,d answered 503, %,d without Retry-After, %,d broken off, %,d otherwise"
            .formatted(
                attempts.all(),
                attempts.unavailable(),
                attempts.withoutRetryAfter(),
                attempts.broken(),
                attempts.refused()),
        attempts.all() > 0 && attempts.refused() == 0 && attempts.withoutRetryAfter() == 0);
  }

  /** A reply that was under way when its service ended may break off. */
  public static Check noServerErrors(ReplyCounts replies) {
    return new Check(
        "no reply is a server error",
        "%,d replies, %,d server errors, %,d broken off"
            .formatted(replies.all(), replies.serverErrors(), replies.broken()),
        replies.all() > 0 && replies.serverErrors() == 0);
  }

  /** Every reply came. */
  public static Check repliesGoOn(ReplyCounts replies) {
    return new Check(
        "replies go on: each is answered with 200",
        "%,d replies, %,d server errors, %,d failed in all, p99 %.0f ms"
            .formatted(replies.all(), replies.serverErrors(), replies.failures(), replies.p99()),
        replies.all() > 0 && replies.failures() == 0);
  }
}
