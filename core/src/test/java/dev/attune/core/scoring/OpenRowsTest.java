package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.attune.core.scoring.OpenRows.Labelled;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.MessageSent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenRowsTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final List<Labelled<String>> labelled = new ArrayList<>();
  private OpenRows<String> rows = new OpenRows<>(nextCategory());

  @Test
  void theFirstEventThatTellsALabelTellsItToAllRowsBefore() {
    message("a", 0);
    message("b", HOUR);
    take(opened("refund", HOUR + 1));
    take(opened("shipping", HOUR + 2));

    assertThat(labelled)
        .containsExactly(
            new Labelled<>("a", "refund", HOUR + 1, HOUR + 1, null),
            new Labelled<>("b", "refund", HOUR + 1, HOUR + 1, null));
  }

  @Test
  void theTimeIsIncludedToTheMillisecond() {
    message("in time", 0);
    take(opened("refund", 2 * HOUR));
    message("too late", 3 * HOUR);
    take(opened("refund", 5 * HOUR + 1));

    assertThat(labelled).extracting(Labelled::row).containsExactly("in time");
  }

  @Test
  void anEventWithoutTheFieldTellsNothing() {
    message("a", 0);
    take(opened(null, 1));
    take(opened(" ", 2));
    take(opened("refund", 3));

    assertThat(labelled).containsExactly(new Labelled<>("a", "refund", 3, 3, null));
  }

  @Test
  void aRowKnowsTheLabelThatWasToldBeforeIt() {
    take(opened("refund", 0));
    message("a", 1);
    take(opened("shipping", 2));

    assertThat(labelled).containsExactly(new Labelled<>("a", "shipping", 2, 2, "refund"));
  }

  @Test
  void anEventThatComesLateTellsNothingOfRowsAfterIt() {
    message("a", 10);
    take(opened("refund", 5));

    assertThat(labelled).isEmpty();
  }

  @Test
  void whatDoesNotHappenInItsTimeIsALabelToo() {
    rows =
        new OpenRows<>(
            label(
                "{yes: issue_resolved, values: [resolved, open], within: 2h, for: message_sent}"));
    message("resolved", 0);
    take(resolved(HOUR));
    message("too late", 2 * HOUR);
    take(resolved(4 * HOUR + 1));
    message("never", 5 * HOUR);
    message("not known yet", 6 * HOUR);
    labelled.addAll(rows.expired(8 * HOUR));

    assertThat(labelled)
        .extracting(Labelled::row, Labelled::label, Labelled::knownAt)
        .containsExactly(
            tuple("resolved", "resolved", 2 * HOUR),
            tuple("too late", "open", 4 * HOUR),
            tuple("never", "open", 7 * HOUR));
  }

  /** Else of the newest rows only those would be known that it happened to. */
  @Test
  void whatHappensInTimeIsKnownNoSoonerThanWhatDoesNot() {
    rows = new OpenRows<>(label("{yes: issue_resolved, within: 2h, for: message_sent}"));
    message("a", 0);
    message("b", HOUR);
    take(resolved(HOUR + 1));
    message("c", HOUR + 2);
    assertThat(rows.lastTold()).isEqualTo("yes");
    labelled.addAll(rows.expired(2 * HOUR));
    assertThat(labelled).isEmpty();

    labelled.addAll(rows.expired(2 * HOUR + 1));
    assertThat(labelled).extracting(Labelled::row).containsExactly("a");
    take(resolved(3 * HOUR + 1));
    labelled.addAll(rows.expired(9 * HOUR));

    assertThat(labelled)
        .extracting(Labelled::row, Labelled::label, Labelled::toldAt, Labelled::knownAt)
        .containsExactly(
            tuple("a", "yes", HOUR + 1, 2 * HOUR),
            tuple("b", "yes", HOUR + 1, 3 * HOUR),
            tuple("c", "yes", 3 * HOUR + 1, 3 * HOUR + 2));
    assertThat(labelled).extracting(Labelled::previous).containsExactly(null, null, "yes");
  }

  @Test
  void ofTwoConditionsTheFirstThatHoldsTells() {
    rows =
        new OpenRows<>(
            label(
                """
                {yes: feedback where kind == "csat" && score >= 4.0,
                 no: feedback where kind == "csat" && score < 4.0,
                 for: message_sent, within: 1d}"""));
    message("a", 0);
    take(rated("thumbs", 1, 1));
    take(rated("csat", 3, 2));
    message("b", 3);
    take(rated("csat", 4, 4));
    message("not rated", 5);
    labelled.addAll(rows.expired(100 * HOUR));

    assertThat(labelled)
        .extracting(Labelled::row, Labelled::label, Labelled::previous)
        .containsExactly(tuple("a", "no", null), tuple("b", "yes", "no"));
  }

  /** Two answers in a conversation, the first one rated after the second was given. */
  @Test
  void whatIsSaidOfADecisionIsToldToTheRowThatItWasMadeFrom() {
    rows =
        new OpenRows<>(
            label(
                """
                {yes: feedback where kind == "thumbs" && score > 0.0,
                 no: feedback where kind == "thumbs" && score <= 0.0,
                 for: message_sent, within: 1d}"""));
    message("a", 1_000);
    message("b", 2_000);
    message("c", 3_000);
    take(rated("thumbs", -1, 4_000, decision(2_500)));
    take(rated("thumbs", 1, 5_000, decision(3_000)));
    take(rated("thumbs", 1, 6_000, decision(500)));
    assertThat(labelled)
        .extracting(Labelled::row, Labelled::label, Labelled::knownAt)
        .containsExactly(tuple("b", "no", 4_000L), tuple("c", "yes", 5_000L));

    take(rated("thumbs", 1, 7_000, "not-an-id"));

    assertThat(labelled)
        .as("without a decision it speaks of all that is left")
        .extracting(Labelled::row, Labelled::label)
        .endsWith(tuple("a", "yes"));
  }

  /** A UUIDv7 of this time. */
  private static String decision(long millis) {
    return new UUID(millis << 16 | 7L << 12 | 5, 0x8000_0000_0000_1234L).toString();
  }

  private void message(String row, long at) {
    InteractionEvent event =
        event("message_sent", at).setMessageSent(new MessageSent("hello", 5)).build();
    take(event);
    assertThat(rows.isMoment(event)).isTrue();
    rows.add(row, at);
  }

  private void take(InteractionEvent event) {
    labelled.addAll(rows.next(event));
  }

  private static InteractionEvent opened(@Nullable String category, long at) {
    return event("issue_opened", at).setIssueOpened(new IssueOpened("i", category)).build();
  }

  private static InteractionEvent resolved(long at) {
    return event("issue_resolved", at).setIssueResolved(new IssueResolved("i", null, null)).build();
  }

  private static InteractionEvent rated(String kind, double score, long at) {
    return rated(kind, score, at, null);
  }

  private static InteractionEvent rated(
      String kind, double score, long at, @Nullable String decisionId) {
    return event("feedback", at).setFeedback(new Feedback(kind, score, null, decisionId)).build();
  }

  private static InteractionEvent.Builder event(String type, long at) {
    return InteractionEvent.newBuilder()
        .setEventId(type + at)
        .setType(type)
        .setUserId("ada")
        .setOccurredAt(at);
  }

  private static TrainingSpec.Label nextCategory() {
    return label("{event: issue_opened, field: category, for: message_sent, within: 2h}");
  }

  private static TrainingSpec.Label label(String yaml) {
    return TrainingSpecTest.label(yaml);
  }
}
