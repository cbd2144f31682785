package dev.attune.warehouse.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.Membership;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.schemas.avro.QuickReply;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.TokenCounts;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFilesTest {
  private static final long NOON = 1_767_355_200_123L;

  @TempDir private Path folder;
  private ParquetWriter writer;
  private int files;

  @BeforeEach
  void open() {
    writer = new ParquetWriter(folder);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  /** Keys that are lines of JSON themselves, and texts that try to end the line. */
  @Test
  void anEventComesBackAsItWas() throws IOException {
    InteractionEvent message =
        event("e-1", "ada", NOON)
            .setType("message_sent")
            .setSessionId("s'1")
            .setChannel("web")
            .setLocale("de-DE")
            .setContext(EventContext.newBuilder().setPage("/orders").setConsent(true).build())
            .setProperties(Map.of("cart", "{\"items\":[1,2]}", "ünïcode", "\"\uD83D\uDE00\""))
            .setMessageSent(new MessageSent("where is it?\n\"now\"\t'; DROP TABLE x\u0000", 16))
            .build();
    InteractionEvent page =
        event("e-2", "ada", NOON + 1)
            .setType("page_viewed")
            .setPageViewed(new PageViewed("/", null, 0.1))
            .build();
    InteractionEvent custom =
        event("e-3", "bob", NOON + 2)
            .setType("custom")
            .setCustom(new Custom("tried", Map.of("n", "1e300")))
            .build();
    InteractionEvent rated =
        event("e-4", "bob", NOON + 3)
            .setType("feedback")
            .setFeedback(new Feedback("csat", 4.000000000000001, null, "d-1"))
            .build();

    Path file = merged(Table.EVENTS, null, message, page, custom, rated);

    assertThat(read(Table.EVENTS, file)).containsExactly(message, page, custom, rated);
  }

  @Test
  void aDecisionAndASessionComeBackAsTheyWere() throws IOException {
    Decision decision =
        Decision.newBuilder()
            .setDecisionId("d-1")
            .setUserId("ada")
            .setSlot("reply")
            .setDecidedAt(NOON)
            .setPersonalized(true)
            .setReason("rule")
            .setTemplateId("refund")
            .setText("Your refund …")
            .setQuickReplies(List.of(new QuickReply("Yes", "yes"), new QuickReply("No", "no")))
            .setArmWeights(List.of(0.5, 0.5))
            .setProbabilities(List.of(new LabelProbability("refund", 0.7f)))
            .setVector(
                FeatureVector.newBuilder()
                    .setFeatureSetId("f-1")
                    .setTokens(List.of(new TokenCounts(List.of(-7, 7), List.of(1, 2))))
                    .setMemberships(List.of(new Membership("0123", true)))
                    .setNumbers(
                        List.of(
                            1.0,
                            -0.0,
                            Double.NaN,
                            Double.POSITIVE_INFINITY,
                            Double.NEGATIVE_INFINITY,
                            Double.MIN_VALUE))
                    .setCategories(new ArrayList<>(java.util.Arrays.asList("a", null)))
                    .build())
            .setSegments(List.of("loyal"))
            .setVariables(Map.of("name", "Ada"))
            .setTextScores(List.of(0.1f, -2.5f))
            .build();
    Session session =
        Session.newBuilder()
            .setUserId("ada")
            .setRevision(1)
            .setStartedAt(NOON)
            .setEndedAt(NOON + 5)
            .setClosedBy("gap")
            .setEvents(3)
            .setMessages(1)
            .setPageViews(1)
            .setClicks(1)
            .setAgentReplies(0)
            .setAutomatedReplies(0)
            .setQuickRepliesUsed(0)
            .setIssueCategories(List.of("refund"))
            .setIssuesOpened(1)
            .setIssuesResolved(0)
            .build();

    assertThat(read(Table.DECISIONS, merged(Table.DECISIONS, null, decision)))
        .containsExactly(decision);
    assertThat(read(Table.SESSIONS, merged(Table.SESSIONS, null, session)))
        .containsExactly(session);
  }

  @Test
  void anEventThatWasSentAgainStaysOnce() throws IOException {
    InteractionEvent first = click("e-1", "ada", NOON);
    InteractionEvent second = click("e-2", "ada", NOON - 1);
    Path older = merged(Table.EVENTS, null, first, click("e-1", "ada", NOON));

    Path both = merged(Table.EVENTS, older, second, click("e-1", "ada", NOON));

    assertThat(read(Table.EVENTS, both)).containsExactly(second, first);
  }

  /** As features count them: an id is a client's, and two clients may have the same one. */
  @Test
  void twoUsersEventsOfOneIdBothStay() throws IOException {
    InteractionEvent ada = click("e-1", "ada", NOON);
    InteractionEvent bob = click("e-1", "bob", NOON + 1);
    Path older = merged(Table.EVENTS, null, ada);

    assertThat(read(Table.EVENTS, merged(Table.EVENTS, older, bob, ada))).containsExactly(ada, bob);
  }

  /** A restore writes them anew, and only their new places are those of the topic. */
  @Test
  void anEventThatCameAgainUnderANewerEpochIsWhereItIsNow() throws IOException {
    InteractionEvent first = click("e-1", "ada", NOON);
    InteractionEvent lost = click("e-2", "ada", NOON + 1);
    InteractionEvent second = click("e-3", "ada", NOON + 2);
    Path older = merged(Table.EVENTS, null, first, lost, second);
    Path lines = lines(1, 0, first, second, first);

    Path both = writer.merged(Table.EVENTS, older, lines);

    assertThat(read(Table.EVENTS, both)).containsExactly(first, lost, second);
    assertThat(ofEpoch(0, both)).containsExactly("1 e-2");
    assertThat(ofEpoch(1, both)).containsExactly("0 e-1", "1 e-3");
    assertThat(ParquetReader.ofOtherEpochs(List.of(both), 1, folder)).isOne();
  }

  private List<String> ofEpoch(int epoch, Path file) {
    List<String> rows = new ArrayList<>();
    ParquetReader.readPartition(
        Table.EVENTS,
        List.of(file),
        new Position(epoch, 1, 0),
        Long.MAX_VALUE,
        folder,
        (position, row) ->
            rows.add(position.offset() + " " + ((InteractionEvent) row).getEventId()));
    return rows;
  }

  @Test
  void ofASessionThatWasToldAgainTheLastTellingStays() throws IOException {
    Session first = session(1, 3);
    Session later = session(2, 5);
    Path older = merged(Table.SESSIONS, null, later);

    assertThat(read(Table.SESSIONS, merged(Table.SESSIONS, older, first))).containsExactly(later);
  }

  @Test
  void whoWasErasedIsTakenOut() throws IOException {
    Path file =
        merged(
            Table.EVENTS,
            null,
            click("e-1", "ada", NOON),
            click("e-2", "bob", NOON + 1),
            click("e-3", "ada", NOON + 2));

    Path without =
        writer
            .without(
                Table.EVENTS,
                file,
                row -> row.userId().equals("ada") && row.position().offset() <= 1)
            .orElseThrow();

    assertThat(read(Table.EVENTS, without))
        .extracting(record -> ((InteractionEvent) record).getEventId())
        .containsExactly("e-2", "e-3");
    assertThat(writer.without(Table.EVENTS, without, row -> row.userId().equals("eve"))).isEmpty();
  }

  /** DuckDB reads ASCII digits alone, and this locale formats numbers with others. */
  @Test
  void theMachinesLanguageChangesNothing() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      Path file = merged(Table.EVENTS, null, click("e-1", "ada", NOON), click("e-2", "bob", NOON));
      Path without =
          writer.without(Table.EVENTS, file, row -> row.userId().equals("ada")).orElseThrow();

      assertThat(read(Table.EVENTS, without))
          .extracting(record -> ((InteractionEvent) record).getEventId())
          .containsExactly("e-2");
      assertThat(ParquetReader.ofOtherEpochs(List.of(file), 1, folder)).isEqualTo(2);
      List<Position> read = new ArrayList<>();
      ParquetReader.readPartition(
          Table.EVENTS,
          List.of(file),
          new Position(0, 1, 1),
          9,
          folder,
          (at, record) -> read.add(at));
      assertThat(read).containsExactly(new Position(0, 1, 1));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aPartOfTimeIsReadInItsOrderAcrossFiles() throws IOException {
    Path one = merged(Table.EVENTS, null, click("e-1", "ada", NOON), click("e-3", "ada", NOON + 2));
    Path two = merged(Table.EVENTS, null, click("e-2", "bob", NOON + 1));

    List<String> ids = new ArrayList<>();
    ParquetReader.read(
        Table.EVENTS,
        List.of(one, two),
        NOON,
        NOON + 2,
        folder,
        record -> ids.add(((InteractionEvent) record).getEventId()));

    assertThat(ids).containsExactly("e-1", "e-2");
  }

  @Test
  void aFileThatIsNoneIsSaidSo() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.parquet"), "PAR1 not really");

    assertThatThrownBy(() -> read(Table.EVENTS, broken))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("broken.parquet");
  }

  private Path merged(Table table, @Nullable Path older, SpecificRecord... records)
      throws IOException {
    return writer.merged(table, older, lines(0, older == null ? 0 : 100, records));
  }

  private Path lines(int epoch, long offset, SpecificRecord... records) throws IOException {
    Path lines = folder.resolve("lines-" + files++ + ".ndjson");
    try (LineWriter out = new LineWriter(lines)) {
      for (int i = 0; i < records.length; i++) {
        out.add(records[i], new Position(epoch, 1, offset + i));
      }
    }
    return lines;
  }

  private List<SpecificRecord> read(Table table, Path file) {
    List<SpecificRecord> records = new ArrayList<>();
    ParquetReader.read(table, List.of(file), Long.MIN_VALUE, Long.MAX_VALUE, folder, records::add);
    return records;
  }

  private static InteractionEvent click(String id, String user, long time) {
    return event(id, user, time).setType("clicked").setClicked(new Clicked("button", null)).build();
  }

  private static InteractionEvent.Builder event(String id, String user, long time) {
    return InteractionEvent.newBuilder()
        .setEventId(id)
        .setType("clicked")
        .setUserId(user)
        .setOccurredAt(time)
        .setReceivedAt(time + 5);
  }

  private static Session session(int revision, int events) {
    return Session.newBuilder()
        .setUserId("ada")
        .setRevision(revision)
        .setStartedAt(NOON)
        .setEndedAt(NOON + events)
        .setClosedBy("gap")
        .setEvents(events)
        .setMessages(0)
        .setPageViews(0)
        .setClicks(events)
        .setAgentReplies(0)
        .setAutomatedReplies(0)
        .setQuickRepliesUsed(0)
        .setIssuesOpened(0)
        .setIssuesResolved(0)
        .build();
  }
}
