package dev.attune.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.statistics.LogHistogram;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UserKpisTest {
  private static final long START = Instant.parse("2026-01-02T12:00:00Z").toEpochMilli();
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final KpiSlice ALL = new KpiSlice("2026-01-02", "all", "");

  private final Map<KpiSlice, KpiSums> slices = new HashMap<>();
  private UserKpis book = UserKpis.fromBytes(null);

  @Test
  void countsASessionWhereItBelongs() {
    book.decided(KpiEvents.decision(START + MINUTE, "order_status", "v1"), List.of());
    count(book.said(KpiEvents.session("s", START, 1, 3, 4.0)));

    assertThat(slices.keySet())
        .extracting(KpiSlice::key)
        .containsExactlyInAnyOrder(
            "2026-01-02/all/",
            "2026-01-02/channel/web",
            "2026-01-02/intent/order_status",
            "2026-01-02/model/v1",
            "2026-01-02/segment/frustrated",
            "2026-01-02/segment/new");
    assertThat(slices.values())
        .allSatisfy(sums -> assertThat(sums.get(Measure.MESSAGES)).isEqualTo(3))
        .allSatisfy(sums -> assertThat(sums.get(Measure.SATISFIED)).isEqualTo(1));
  }

  @Test
  void replacesEarlierRevisionsAndTakesWithdrawnSessionsAway() {
    book.decided(KpiEvents.decision(START + MINUTE, "order_status", "v1"), List.of());
    count(book.said(KpiEvents.session("s", START, 1, 3, null)));
    count(book.said(KpiEvents.session("s", START, 2, 5, 2.0)));
    count(book.said(KpiEvents.session("s", START, 1, 3, null)));

    assertThat(all(Measure.CONVERSATIONS)).isEqualTo(1);
    assertThat(all(Measure.MESSAGES)).isEqualTo(5);
    assertThat(all(Measure.RATED)).isEqualTo(1);
    assertThat(all(Measure.SATISFIED)).isZero();

    count(book.said(KpiEvents.withdrawn("s", START, 3)));

    assertThat(slices.values())
        .allSatisfy(
            sums -> {
              for (Measure measure : Measure.values()) {
                assertThat(sums.get(measure)).as(measure.wireName()).isZero();
              }
            });
  }

  /** Where all visitors share one user id, there are thousands of sessions a day. */
  @Test
  void aRowIsBoundedHoweverManySessionsThereAre() {
    for (int i = 0; i < 3_000; i++) {
      count(book.said(KpiEvents.session("s" + i, START + i, 1, 3, null)));
    }

    assertThat(book.toBytes().length).isLessThan(16_384);
    assertThat(all(Measure.CONVERSATIONS)).isEqualTo(3_000);

    count(book.said(KpiEvents.session("s7", START + 7, 2, 5, null)));
    assertThat(all(Measure.CONVERSATIONS)).as("a change of what was left out").isEqualTo(3_000);
    count(book.said(KpiEvents.session("s2999", START + 2_999, 2, 5, null)));
    assertThat(all(Measure.MESSAGES)).as("a change of a recent one").isEqualTo(3 * 3_000 + 2);
  }

  @Test
  void whatPeopleSpentCountsWhereverTheConversationDoes() {
    book.decided(KpiEvents.decision(START + MINUTE, "order_status", "v1"), List.of());
    Session session = KpiEvents.session("s", START, 1, 3, null);
    session.setHandlingSeconds(42.5);
    count(book.said(session));

    assertThat(slices.keySet())
        .extracting(KpiSlice::dimension)
        .contains("all", "channel", "intent", "model", "segment");
    assertThat(slices.values())
        .allSatisfy(sums -> assertThat(sums.get(Measure.HANDLING_MILLIS)).isEqualTo(42_500))
        .allSatisfy(sums -> assertThat(sums.get(Measure.HANDLED)).isEqualTo(1));

    book = UserKpis.fromBytes(book.toBytes());
    Session later = KpiEvents.session("s", START, 2, 3, null);
    later.setHandlingSeconds(60.0);
    count(book.said(later));
    assertThat(all(Measure.HANDLING_MILLIS)).as("in place of the one before").isEqualTo(60_000);

    count(book.said(KpiEvents.session("s", START, 3, 3, null)));
    assertThat(all(Measure.HANDLED)).isZero();
    assertThat(all(Measure.HANDLING_MILLIS)).isZero();
  }

  @Test
  void countsAConversationInTheArmsOfItsReplies() {
    book.decided(KpiEvents.decision(START - HOUR, "before", "v1"), List.of("greeting/x"));
    List<String> both = List.of("greeting/a", "holdout/rest");
    book.decided(KpiEvents.decision(START + MINUTE, "order", "v1"), both);
    book.decided(KpiEvents.decision(START + 2 * MINUTE, "order", "v1"), both);
    book.decided(generic(START + 3 * MINUTE), List.of("reply/control"));
    book = UserKpis.fromBytes(book.toBytes());
    count(book.said(KpiEvents.session("s", START, 1, 3, 4.0)));
    count(book.happened(KpiEvents.opened("i", START + 5 * MINUTE), List.of()));

    assertThat(slices.keySet())
        .filteredOn(slice -> slice.dimension().equals("arm"))
        .extracting(KpiSlice::value)
        .containsExactlyInAnyOrder("greeting/a", "holdout/rest", "reply/control", "greeting/x");
    assertThat(sums("arm", "greeting/a").get(Measure.CONVERSATIONS)).isEqualTo(1);
    assertThat(sums("arm", "holdout/rest").get(Measure.CONVERSATIONS)).isEqualTo(1);
    assertThat(sums("arm", "reply/control").get(Measure.CONVERSATIONS)).isEqualTo(1);
    assertThat(sums("arm", "greeting/x").get(Measure.CONVERSATIONS)).isZero();
    assertThat(sums("arm", "greeting/x").get(Measure.OPENED)).isEqualTo(1);
    assertThat(sums("intent", "order").get(Measure.CONVERSATIONS)).isEqualTo(1);
  }

  private KpiSums sums(String dimension, String value) {
    return slices.getOrDefault(new KpiSlice("2026-01-02", dimension, value), new KpiSums());
  }

  /** A reply that knew no prediction. */
  private static Decision generic(long at) {
    Decision decision = KpiEvents.decision(at, "none", "v1");
    decision.setModelVersion(null);
    decision.setProbabilities(List.of());
    return decision;
  }

  @Test
  void takesIntentAndModelFromTheLastReplyInTheSession() {
    book.decided(KpiEvents.decision(START - HOUR, "before", "v1"), List.of());
    book.decided(KpiEvents.decision(START + MINUTE, "first", "v1"), List.of());
    book.decided(KpiEvents.decision(START + 2 * MINUTE, "last", "v2"), List.of());
    book.decided(KpiEvents.decision(START + 5 * HOUR, "after", "v3"), List.of());
    count(book.said(KpiEvents.session("s", START, 1, 1, null)));
    count(book.said(KpiEvents.session("t", START + 20 * HOUR, 1, 1, null)));

    assertThat(slices.keySet())
        .filteredOn(
            slice -> slice.dimension().equals("intent") || slice.dimension().equals("model"))
        .extracting(KpiSlice::key)
        .containsExactlyInAnyOrder(
            "2026-01-02/intent/last",
            "2026-01-02/model/v2",
            "2026-01-03/intent/unknown",
            "2026-01-03/model/unknown");
  }

  @Test
  void aReplyBelongsToTheSessionFromItsStartToAMinuteAfterItsEnd() {
    long end = START + 10 * MINUTE;
    Map<Long, String> intents = new HashMap<>();
    for (long at : new long[] {START - 1, START, end + MINUTE, end + MINUTE + 1}) {
      slices.clear();
      book = UserKpis.fromBytes(null);
      book.decided(KpiEvents.decision(at, "said", "v1"), List.of());
      count(book.said(KpiEvents.session("s", START, 1, 1, null)));
      intents.put(at, intent());
    }

    assertThat(intents)
        .isEqualTo(
            Map.of(
                START - 1,
                "unknown",
                START,
                "said",
                end + MINUTE,
                "said",
                end + MINUTE + 1,
                "unknown"));
  }

  @Test
  void anIssueHasTheIntentOfTheDayBeforeItsOpening() {
    Map<Long, String> intents = new HashMap<>();
    for (long before : new long[] {-1, 0, 24 * HOUR, 24 * HOUR + 1}) {
      slices.clear();
      book = UserKpis.fromBytes(null);
      book.decided(KpiEvents.decision(START - before, "said", "v1"), List.of());
      count(book.happened(KpiEvents.opened("i", START), List.of()));
      intents.put(before, intent());
    }

    assertThat(intents)
        .isEqualTo(Map.of(-1L, "unknown", 0L, "said", 24 * HOUR, "said", 24 * HOUR + 1, "unknown"));
  }

  @Test
  void sixteenRepliesAreRemembered() {
    book.decided(KpiEvents.decision(START, "first", "v1"), List.of());
    for (int i = 0; i < 15; i++) {
      book.decided(KpiEvents.decision(START + HOUR + i, "later", "v1"), List.of());
    }
    count(book.said(KpiEvents.session("s", START, 1, 1, null)));
    assertThat(intent()).isEqualTo("first");

    slices.clear();
    book.decided(KpiEvents.decision(START + 2 * HOUR, "later", "v1"), List.of());
    count(book.said(KpiEvents.session("t", START, 1, 1, null)));
    assertThat(intent()).isEqualTo("unknown");
  }

  /** A row is read before each event and written after it. */
  @Test
  void aRowThatWasWrittenGoesOnAsOneThatWasNot() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      UserKpis kept = UserKpis.fromBytes(null);
      byte[] row = kept.toBytes();
      for (int step = 0; step < 40; step++) {
        long at = START + random.nextInt(200) * HOUR;
        int kind = random.nextInt(4);
        UserKpis read = UserKpis.fromBytes(row);
        List<UserKpis.Delta> here = step(read, kind, at, step);
        List<UserKpis.Delta> there = step(kept, kind, at, step);
        row = read.toBytes();

        assertThat(row).as("seed %d step %d", seed, step).isEqualTo(kept.toBytes());
        assertThat(slicesOf(here)).isEqualTo(slicesOf(there));
      }
    }
  }

  private static List<UserKpis.Delta> step(UserKpis of, int kind, long at, int step) {
    return switch (kind) {
      case 0 -> {
        of.decided(KpiEvents.decision(at, "intent" + step, "v" + step), List.of());
        yield List.of();
      }
      case 1 -> of.said(KpiEvents.session("s" + step % 7, at, step + 1, step % 4, null));
      case 2 -> of.happened(KpiEvents.opened("i" + step % 5, at), List.of("new"));
      default -> of.happened(KpiEvents.resolved("i" + step % 5, at), List.of());
    };
  }

  private static List<List<KpiSlice>> slicesOf(List<UserKpis.Delta> deltas) {
    return deltas.stream().map(UserKpis.Delta::slices).toList();
  }

  @Test
  void aSessionInWhichNothingWasSaidIsAVisitOnly() {
    Session silent = KpiEvents.session("s", START, 1, 0, null);
    silent.setQuickRepliesUsed(0);
    silent.setAgentReplies(0);
    silent.setAutomatedReplies(0);
    count(book.said(silent));

    assertThat(all(Measure.VISITS)).isEqualTo(1);
    for (Measure none :
        List.of(Measure.CONVERSATIONS, Measure.QUICK_REPLIED, Measure.ASSISTED, Measure.RATED)) {
      assertThat(all(none)).as(none.wireName()).isZero();
    }
  }

  @Test
  void eitherSideMakesAConversation() {
    Session tapped = KpiEvents.session("s", START, 1, 0, null);
    tapped.setAgentReplies(0);
    tapped.setAutomatedReplies(0);
    Session answered = KpiEvents.session("t", START + MINUTE, 1, 0, null);
    answered.setQuickRepliesUsed(0);

    count(book.said(tapped));
    count(book.said(answered));

    assertThat(all(Measure.CONVERSATIONS)).isEqualTo(2);
    assertThat(all(Measure.QUICK_REPLIED)).isEqualTo(1);
    assertThat(all(Measure.ASSISTED)).isEqualTo(1);
  }

  @Test
  void aResolvedIssueCanChangeForTwoDays() {
    count(book.happened(KpiEvents.opened("i", START), List.of()));
    count(book.happened(KpiEvents.resolved("i", START + HOUR), List.of()));
    count(book.happened(KpiEvents.resolved("other", START + 49 * HOUR), List.of()));
    count(book.happened(KpiEvents.opened("i", START + 2 * HOUR), List.of()));
    assertThat(all(Measure.OPENED)).as("the same issue").isEqualTo(1);
    assertThat(all(Measure.RESOLVED)).as("it is open again").isZero();

    count(book.happened(KpiEvents.resolved("i", START + 3 * HOUR), List.of()));
    count(book.happened(KpiEvents.resolved("other", START + 51 * HOUR + 1), List.of()));
    count(book.happened(KpiEvents.opened("i", START + 4 * HOUR), List.of()));
    assertThat(all(Measure.OPENED)).as("forgotten, hence another one").isEqualTo(2);
  }

  @Test
  void sixtyFourIssuesAreRemembered() {
    for (int i = 0; i < 64; i++) {
      count(book.happened(KpiEvents.opened("i" + i, START + i), List.of()));
    }
    count(book.happened(KpiEvents.resolved("i0", START + HOUR), List.of()));
    assertThat(all(Measure.RESOLVED)).isEqualTo(1);

    count(book.happened(KpiEvents.opened("i64", START + 2 * HOUR), List.of()));
    count(book.happened(KpiEvents.resolved("i1", START + 2 * HOUR), List.of()));
    assertThat(all(Measure.RESOLVED)).as("i1 had to be forgotten").isEqualTo(1);
  }

  private String intent() {
    return slices.keySet().stream()
        .filter(slice -> slice.dimension().equals("intent"))
        .map(KpiSlice::value)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void measuresIssuesFromOpeningToResolutionInAnyOrderOfArrival() {
    count(book.happened(KpiEvents.resolved("i", START + HOUR), List.of()));
    assertThat(slices).isEmpty();

    count(book.happened(KpiEvents.opened("i", START), List.of("new")));
    count(book.happened(KpiEvents.opened("j", START), List.of()));

    assertThat(all(Measure.OPENED)).isEqualTo(2);
    assertThat(all(Measure.RESOLVED)).isEqualTo(1);
    assertThat(all().resolutions()).isEqualTo(Map.of(LogHistogram.bucket(3_600), 1L));

    count(book.happened(KpiEvents.opened("i", START + 2 * HOUR), List.of()));
    assertThat(all(Measure.RESOLVED)).as("opened again").isZero();
    count(book.happened(KpiEvents.resolved("i", START + 3 * HOUR), List.of()));
    assertThat(all().resolutions()).isEqualTo(Map.of(LogHistogram.bucket(3 * 3_600), 1L));
  }

  /** A bot and a person may both say that they resolved an issue. */
  @Test
  void anIssueIsOpenWhenItWasOpenedAfterItsLastResolution() {
    List<InteractionEvent> events =
        List.of(
            KpiEvents.opened("i", START),
            KpiEvents.resolved("i", START + HOUR),
            KpiEvents.resolved("i", START + HOUR + MINUTE),
            KpiEvents.opened("i", START + 2 * HOUR));

    assertThat(resolvedInAnyOrder(events)).containsOnly(0L);
  }

  @Test
  void aResolutionEndsAnIssueHoweverOftenItWasOpened() {
    List<InteractionEvent> events =
        List.of(
            KpiEvents.opened("i", START),
            KpiEvents.opened("i", START + MINUTE),
            KpiEvents.resolved("i", START + HOUR));

    assertThat(resolvedInAnyOrder(events)).containsOnly(1L);
  }

  private List<Long> resolvedInAnyOrder(List<InteractionEvent> events) {
    List<Long> resolved = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      slices.clear();
      book = UserKpis.fromBytes(null);
      List<InteractionEvent> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.forEach(event -> count(book.happened(event, List.of())));
      resolved.add(all(Measure.RESOLVED));
    }
    return resolved;
  }

  /** Their openings may be from before there was Attune. */
  @Test
  void issuesWithoutAnOpeningDisplaceNoneThatIsOpen() {
    count(book.happened(KpiEvents.opened("i", START), List.of()));
    for (int i = 0; i < 100; i++) {
      count(book.happened(KpiEvents.resolved("old" + i, START + i * HOUR), List.of()));
    }
    count(book.happened(KpiEvents.resolved("i", START + 100 * HOUR), List.of()));

    assertThat(all(Measure.RESOLVED)).isEqualTo(1);
  }

  @Test
  void resolvesIssuesOfLongAgo() {
    count(book.happened(KpiEvents.opened("i", START), List.of()));
    for (int day = 1; day < 30; day++) {
      count(book.said(KpiEvents.session("s" + day, START + day * 24 * HOUR, 1, 1, null)));
    }
    count(book.happened(KpiEvents.resolved("i", START + 30 * 24 * HOUR), List.of()));

    assertThat(all(Measure.RESOLVED)).isEqualTo(1);
    assertThat(book.toBytes()).hasSizeLessThan(400);
  }

  @Test
  void countsAnErasedUsersOpenIssuesNoLonger() {
    count(book.happened(KpiEvents.opened("i", START), List.of()));
    count(book.happened(KpiEvents.opened("j", START), List.of()));
    count(book.happened(KpiEvents.resolved("j", START + HOUR), List.of()));
    count(book.erased());

    assertThat(all(Measure.OPENED)).isEqualTo(1);
    assertThat(all(Measure.RESOLVED)).isEqualTo(1);
  }

  /** Whatever is said again, in whatever order: only the highest revisions are in the sums. */
  @Test
  void equalsANaiveRecountOfTheLastRevisions() {
    for (long seed = 0; seed < 200; seed++) {
      slices.clear();
      book = UserKpis.fromBytes(null);
      Random random = new Random(seed);
      Map<String, Session> last = new HashMap<>();
      Map<String, List<InteractionEvent>> issues = new HashMap<>();
      for (int step = 0; step < 60; step++) {
        if (random.nextInt(3) == 0) {
          issueEvent(random, issues);
        } else {
          say(random, last);
        }
        // as between two calls of the stream
        book = UserKpis.fromBytes(book.toBytes());
      }
      assertThat(summed()).as("seed %d", seed).isEqualTo(recount(last.values(), issues));
    }
  }

  private void say(Random random, Map<String, Session> last) {
    String id = "s" + random.nextInt(8);
    long start = START + id.hashCode() % 5 * HOUR;
    Session known = last.get(id);
    int revision = (known == null ? 0 : known.getRevision()) + random.nextInt(3) - 1;
    if (known == null || revision > known.getRevision()) {
      revision = Math.max(revision, 1);
      Double csat = random.nextBoolean() ? null : (Double) (1.0 + random.nextInt(9) / 2.0);
      Session session =
          random.nextInt(5) == 0
              ? KpiEvents.withdrawn(id, start, revision)
              : KpiEvents.session(id, start, revision, random.nextInt(6), csat);
      last.put(id, session);
      count(book.said(session));
    } else {
      count(book.said(KpiEvents.session(id, start, Math.max(1, revision), 99, 1.0)));
    }
  }

  private void issueEvent(Random random, Map<String, List<InteractionEvent>> issues) {
    String id = "i" + random.nextInt(5);
    long at = START + random.nextInt(600) * MINUTE;
    InteractionEvent event =
        random.nextBoolean() ? KpiEvents.opened(id, at) : KpiEvents.resolved(id, at);
    issues.computeIfAbsent(id, _ -> new ArrayList<>()).add(event);
    count(book.happened(event, List.of()));
  }

  private Map<String, Long> summed() {
    Map<String, Long> sums = new HashMap<>();
    slices.forEach(
        (slice, of) -> {
          if (slice.dimension().equals("all")) {
            for (Measure measure : Measure.values()) {
              sums.merge(measure.wireName(), of.get(measure), Long::sum);
            }
            of.resolutions().forEach((b, n) -> sums.merge("bucket " + b, n, Long::sum));
          }
        });
    sums.values().removeAll(Collections.singleton(0L));
    return sums;
  }

  private static Map<String, Long> recount(
      Iterable<Session> sessions, Map<String, List<InteractionEvent>> issues) {
    Map<String, Long> sums = new HashMap<>();
    for (Session s : sessions) {
      if (s.getEvents() > 0) {
        sums.merge("visits", 1L, Long::sum);
        sums.merge("conversations", 1L, Long::sum);
        sums.merge("messages", (long) s.getMessages(), Long::sum);
        sums.merge("quick_replies", 1L, Long::sum);
        sums.merge("quick_replied", 1L, Long::sum);
        sums.merge("agent_replies", 1L, Long::sum);
        sums.merge("assisted", 1L, Long::sum);
        if (s.getCsat() != null) {
          sums.merge("rated", 1L, Long::sum);
          sums.merge("satisfied", s.getCsat() >= 4 ? 1L : 0L, Long::sum);
          sums.merge("score_millis", (long) (s.getCsat() * 1_000), Long::sum);
        }
      }
    }
    issues.values().forEach(events -> recount(events, sums));
    sums.values().removeAll(Collections.singleton(0L));
    return sums;
  }

  private static void recount(List<InteractionEvent> issue, Map<String, Long> sums) {
    List<Long> opens = times(issue, "issue_opened");
    List<Long> resolves = times(issue, "issue_resolved");
    if (opens.isEmpty()) {
      return;
    }
    sums.merge("opened", 1L, Long::sum);
    if (!resolves.isEmpty() && Collections.max(resolves) >= Collections.max(opens)) {
      long millis = Math.max(0, Collections.max(resolves) - Collections.min(opens));
      sums.merge("resolved", 1L, Long::sum);
      sums.merge("bucket " + LogHistogram.bucket(millis / 1e3), 1L, Long::sum);
    }
  }

  private static List<Long> times(List<InteractionEvent> events, String type) {
    return events.stream()
        .filter(e -> e.getType().equals(type))
        .map(InteractionEvent::getOccurredAt)
        .toList();
  }

  private void count(List<UserKpis.Delta> deltas) {
    for (UserKpis.Delta delta : deltas) {
      delta
          .slices()
          .forEach(slice -> slices.computeIfAbsent(slice, _ -> new KpiSums()).add(delta.sums()));
    }
  }

  private long all(Measure measure) {
    return all().get(measure);
  }

  private KpiSums all() {
    return Objects.requireNonNull(slices.get(ALL));
  }
}
