package dev.attune.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.statistics.LogHistogram;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
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
    book.decided(decision(START + MINUTE, "order_status", "v1"));
    count(book.said(session("s", START, 1, 3, 4.0)));

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
    book.decided(decision(START + MINUTE, "order_status", "v1"));
    count(book.said(session("s", START, 1, 3, null)));
    count(book.said(session("s", START, 2, 5, 2.0)));
    count(book.said(session("s", START, 1, 3, null)));

    assertThat(all(Measure.CONVERSATIONS)).isEqualTo(1);
    assertThat(all(Measure.MESSAGES)).isEqualTo(5);
    assertThat(all(Measure.RATED)).isEqualTo(1);
    assertThat(all(Measure.SATISFIED)).isZero();

    count(book.said(withdrawn("s", START, 3)));

    assertThat(slices.values())
        .allSatisfy(
            sums -> {
              for (Measure measure : Measure.values()) {
                assertThat(sums.get(measure)).as(measure.wireName()).isZero();
              }
            });
  }

  @Test
  void whatPeopleSpentCountsWhereverTheConversationDoes() {
    book.decided(decision(START + MINUTE, "order_status", "v1"));
    Session session = session("s", START, 1, 3, null);
    session.setHandlingSeconds(42.5);
    count(book.said(session));

    assertThat(slices.keySet())
        .extracting(KpiSlice::dimension)
        .contains("all", "channel", "intent", "model", "segment");
    assertThat(slices.values())
        .allSatisfy(sums -> assertThat(sums.get(Measure.HANDLING_MILLIS)).isEqualTo(42_500))
        .allSatisfy(sums -> assertThat(sums.get(Measure.HANDLED)).isEqualTo(1));

    book = UserKpis.fromBytes(book.toBytes());
    Session later = session("s", START, 2, 3, null);
    later.setHandlingSeconds(60.0);
    count(book.said(later));
    assertThat(all(Measure.HANDLING_MILLIS)).as("in place of the one before").isEqualTo(60_000);

    count(book.said(session("s", START, 3, 3, null)));
    assertThat(all(Measure.HANDLED)).isZero();
    assertThat(all(Measure.HANDLING_MILLIS)).isZero();
  }

  /** Version 1 is version 2 without a time that a person spent. */
  @Test
  void readsARowWithoutHandlingTimes() {
    count(book.said(session("s", START, 1, 3, 4.0)));
    byte[] row = book.toBytes();
    row[0] = 1;

    book = UserKpis.fromBytes(row);
    count(book.said(withdrawn("s", START, 2)));

    for (Measure measure : Measure.values()) {
      assertThat(all(measure)).as(measure.wireName()).isZero();
    }
  }

  @Test
  void takesIntentAndModelFromTheLastReplyInTheSession() {
    book.decided(decision(START - HOUR, "before", "v1"));
    book.decided(decision(START + MINUTE, "first", "v1"));
    book.decided(decision(START + 2 * MINUTE, "last", "v2"));
    book.decided(decision(START + 5 * HOUR, "after", "v3"));
    count(book.said(session("s", START, 1, 1, null)));
    count(book.said(session("t", START + 20 * HOUR, 1, 1, null)));

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
      book.decided(decision(at, "said", "v1"));
      count(book.said(session("s", START, 1, 1, null)));
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
      book.decided(decision(START - before, "said", "v1"));
      count(book.happened(opened("i", START), List.of()));
      intents.put(before, intent());
    }

    assertThat(intents)
        .isEqualTo(Map.of(-1L, "unknown", 0L, "said", 24 * HOUR, "said", 24 * HOUR + 1, "unknown"));
  }

  @Test
  void sixteenRepliesAreRemembered() {
    book.decided(decision(START, "first", "v1"));
    for (int i = 0; i < 15; i++) {
      book.decided(decision(START + HOUR + i, "later", "v1"));
    }
    count(book.said(session("s", START, 1, 1, null)));
    assertThat(intent()).isEqualTo("first");

    slices.clear();
    book.decided(decision(START + 2 * HOUR, "later", "v1"));
    count(book.said(session("t", START, 1, 1, null)));
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
        of.decided(decision(at, "intent" + step, "v" + step));
        yield List.of();
      }
      case 1 -> of.said(session("s" + step % 7, at, step + 1, step % 4, null));
      case 2 -> of.happened(opened("i" + step % 5, at), List.of("new"));
      default -> of.happened(resolved("i" + step % 5, at), List.of());
    };
  }

  private static List<List<KpiSlice>> slicesOf(List<UserKpis.Delta> deltas) {
    return deltas.stream().map(UserKpis.Delta::slices).toList();
  }

  @Test
  void aSessionInWhichNothingWasSaidIsAVisitOnly() {
    Session silent = session("s", START, 1, 0, null);
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
    Session tapped = session("s", START, 1, 0, null);
    tapped.setAgentReplies(0);
    tapped.setAutomatedReplies(0);
    Session answered = session("t", START + MINUTE, 1, 0, null);
    answered.setQuickRepliesUsed(0);

    count(book.said(tapped));
    count(book.said(answered));

    assertThat(all(Measure.CONVERSATIONS)).isEqualTo(2);
    assertThat(all(Measure.QUICK_REPLIED)).isEqualTo(1);
    assertThat(all(Measure.ASSISTED)).isEqualTo(1);
  }

  @Test
  void aResolvedIssueCanChangeForTwoDays() {
    count(book.happened(opened("i", START), List.of()));
    count(book.happened(resolved("i", START + HOUR), List.of()));
    count(book.happened(resolved("other", START + 49 * HOUR), List.of()));
    count(book.happened(opened("i", START + 2 * HOUR), List.of()));
    assertThat(all(Measure.OPENED)).as("the same issue").isEqualTo(1);
    assertThat(all(Measure.RESOLVED)).as("it is open again").isZero();

    count(book.happened(resolved("i", START + 3 * HOUR), List.of()));
    count(book.happened(resolved("other", START + 51 * HOUR + 1), List.of()));
    count(book.happened(opened("i", START + 4 * HOUR), List.of()));
    assertThat(all(Measure.OPENED)).as("forgotten, hence another one").isEqualTo(2);
  }

  @Test
  void sixtyFourIssuesAreRemembered() {
    for (int i = 0; i < 64; i++) {
      count(book.happened(opened("i" + i, START + i), List.of()));
    }
    count(book.happened(resolved("i0", START + HOUR), List.of()));
    assertThat(all(Measure.RESOLVED)).isEqualTo(1);

    count(book.happened(opened("i64", START + 2 * HOUR), List.of()));
    count(book.happened(resolved("i1", START + 2 * HOUR), List.of()));
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
    count(book.happened(resolved("i", START + HOUR), List.of()));
    assertThat(slices).isEmpty();

    count(book.happened(opened("i", START), List.of("new")));
    count(book.happened(opened("j", START), List.of()));

    assertThat(all(Measure.OPENED)).isEqualTo(2);
    assertThat(all(Measure.RESOLVED)).isEqualTo(1);
    assertThat(all().resolutions()).isEqualTo(Map.of(LogHistogram.bucket(3_600), 1L));

    count(book.happened(opened("i", START + 2 * HOUR), List.of()));
    assertThat(all(Measure.RESOLVED)).as("opened again").isZero();
    count(book.happened(resolved("i", START + 3 * HOUR), List.of()));
    assertThat(all().resolutions()).isEqualTo(Map.of(LogHistogram.bucket(3 * 3_600), 1L));
  }

  @Test
  void resolvesIssuesOfLongAgo() {
    count(book.happened(opened("i", START), List.of()));
    for (int day = 1; day < 30; day++) {
      count(book.said(session("s" + day, START + day * 24 * HOUR, 1, 1, null)));
    }
    count(book.happened(resolved("i", START + 30 * 24 * HOUR), List.of()));

    assertThat(all(Measure.RESOLVED)).isEqualTo(1);
    assertThat(book.toBytes()).hasSizeLessThan(400);
  }

  @Test
  void countsAnErasedUsersOpenIssuesNoLonger() {
    count(book.happened(opened("i", START), List.of()));
    count(book.happened(opened("j", START), List.of()));
    count(book.happened(resolved("j", START + HOUR), List.of()));
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
              ? withdrawn(id, start, revision)
              : session(id, start, revision, random.nextInt(6), csat);
      last.put(id, session);
      count(book.said(session));
    } else {
      count(book.said(session(id, start, Math.max(1, revision), 99, 1.0)));
    }
  }

  private void issueEvent(Random random, Map<String, List<InteractionEvent>> issues) {
    String id = "i" + random.nextInt(5);
    long at = START + random.nextInt(600) * MINUTE;
    InteractionEvent event = random.nextBoolean() ? opened(id, at) : resolved(id, at);
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
    if (resolves.size() >= opens.size()) {
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

  private static Session session(
      String id, long start, int revision, int messages, @Nullable Double csat) {
    return Session.newBuilder()
        .setUserId("u")
        .setSessionId(id)
        .setRevision(revision)
        .setStartedAt(start)
        .setEndedAt(start + 10 * MINUTE)
        .setClosedBy("gap")
        .setEvents(messages + 1)
        .setMessages(messages)
        .setPageViews(0)
        .setClicks(0)
        .setAgentReplies(2)
        .setAutomatedReplies(1)
        .setQuickRepliesUsed(1)
        .setIssuesOpened(0)
        .setIssuesResolved(0)
        .setCsat(csat)
        .setChannel("web")
        .setSegments(List.of("frustrated", "new"))
        .build();
  }

  private static Session withdrawn(String id, long start, int revision) {
    Session session = session(id, start, revision, 0, null);
    session.setEvents(0);
    return session;
  }

  private static Decision decision(long at, String intent, String version) {
    return Decision.newBuilder()
        .setDecisionId("d")
        .setUserId("u")
        .setSlot("greeting")
        .setDecidedAt(at)
        .setPersonalized(true)
        .setReason("default")
        .setTemplateId("t")
        .setText("Hi")
        .setModelVersion(version)
        .setProbabilities(
            List.of(new LabelProbability(intent, 0.8f), new LabelProbability("other", 0.2f)))
        .build();
  }

  private static InteractionEvent opened(String id, long at) {
    return event("issue_opened", at).setIssueOpened(new IssueOpened(id, null)).build();
  }

  private static InteractionEvent resolved(String id, long at) {
    return event("issue_resolved", at).setIssueResolved(new IssueResolved(id, null, null)).build();
  }

  private static InteractionEvent.Builder event(String type, long at) {
    return InteractionEvent.newBuilder()
        .setEventId("e")
        .setType(type)
        .setUserId("u")
        .setOccurredAt(at)
        .setReceivedAt(at);
  }
}
