package dev.attune.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.training.quality.QualityReport.Field;
import dev.attune.training.quality.QualityReport.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventQualityTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);

  private final EventQuality quality = new EventQuality();

  /** An app's new version forgets the page of its clicks from the 22nd day on. */
  @Test
  void tellsWhichFieldIsNoLongerFilledSinceWhen() {
    for (int day = 0; day < 28; day++) {
      for (int i = 0; i < 20; i++) {
        quality.accept(message(day, day < 21 || i == 0 ? "hello" : null));
      }
    }

    Field text = field("message_sent.text");
    assertThat(text.before()).isEqualTo(new Share(420, 420));
    assertThat(text.lately()).isEqualTo(new Share(7, 140));
    assertThat(text.newest()).isEqualTo(START.plus(Duration.ofDays(27)));
    assertThat(text.isChanged()).isTrue();
    assertThat(field("message_sent.length").isChanged()).isFalse();
    assertThat(quality.report(WEEK).since()).isEqualTo("2026-03-22T00:00:00Z");
  }

  @Test
  void aFieldThatNobodyFillsHasNoNewestTime() {
    quality.accept(message(0, null));

    Field text = field("message_sent.text");
    assertThat(text.newest()).isNull();
    assertThat(text.lately()).isEqualTo(new Share(0, 1));
    assertThat(text.before().value()).isNaN();
    assertThat(text.isChanged()).as("too few events").isFalse();
  }

  @Test
  void tellsCategoriesThatNoneBeforeHad() {
    for (int day = 0; day < 10; day++) {
      quality.accept(opened(day, day % 2 == 0 ? "billing" : "delivery"));
    }
    quality.accept(opened(9, "delivery-eu"));
    quality.accept(opened(8, "delivery-eu"));

    assertThat(field("issue_opened.category").unseen()).isEqualTo(Map.of("delivery-eu", 2L));
  }

  /** Ids and words of people are no categories; nor is everything new where nothing was before. */
  @Test
  void textsOfManyValuesAndFirstDaysAreNothingNew() {
    for (int i = 0; i < 60; i++) {
      quality.accept(message(i < 30 ? 0 : 9, "text " + i));
    }
    quality.accept(opened(9, "billing"));

    assertThat(field("message_sent.text").unseen()).isEmpty();
    assertThat(field("issue_opened.category").unseen()).isEmpty();
  }

  @Test
  void tellsWhatEachSdkHadRejected() {
    for (int i = 0; i < 200; i++) {
      quality.accept(sentBy("js/0.1.0", 0));
      quality.accept(sentBy("js/0.1.0", 9));
    }
    for (int i = 0; i < 100; i++) {
      quality.rejected("js/0.1.0", millis(9));
    }
    quality.rejected(null, millis(9));

    var report = quality.report(WEEK);
    assertThat(report.sdks())
        .extracting(QualityReport.Sdk::name, QualityReport.Sdk::lately)
        .containsExactly(tuple("", new Share(1, 1)), tuple("js/0.1.0", new Share(100, 300)));
    assertThat(report.sdks().getLast().before()).isEqualTo(new Share(0, 200));
    assertThat(report.sdks().getLast().isChanged()).isTrue();
  }

  @Test
  void propertiesAreFieldsOfTheirOwn() {
    quality.accept(custom("coupon", Map.of("code", "\"A\"")));
    quality.accept(custom("coupon", Map.of("amount", "5")));
    quality.accept(custom("shared", Map.of()));

    assertThat(field("custom.coupon.code").lately()).isEqualTo(new Share(1, 2));
    assertThat(field("custom.coupon.amount").lately())
        .as("since it is known")
        .isEqualTo(new Share(1, 1));
  }

  private static InteractionEvent custom(String name, Map<String, String> properties) {
    InteractionEvent event = event(0, "custom");
    event.setCustom(new Custom(name, properties));
    return event;
  }

  @Test
  void chanceIsNoChange() {
    assertThat(new Share(60, 110).differsFrom(new Share(47, 110))).as("z = 1.76").isFalse();
    assertThat(new Share(600, 1_100).differsFrom(new Share(470, 1_100))).isTrue();
    assertThat(new Share(500, 1_000).differsFrom(new Share(420, 1_000))).as("8 points").isFalse();
  }

  private Field field(String name) {
    return quality.report(WEEK).fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static InteractionEvent message(int day, @Nullable String text) {
    InteractionEvent event = event(day, "message_sent");
    event.setMessageSent(new MessageSent(text, 5));
    return event;
  }

  private static InteractionEvent opened(int day, String category) {
    InteractionEvent event = event(day, "issue_opened");
    event.setIssueOpened(new IssueOpened("i", category));
    return event;
  }

  private static InteractionEvent sentBy(String sdk, int day) {
    InteractionEvent event = event(day, "session_started");
    event.setContext(EventContext.newBuilder().setSdk(sdk).build());
    return event;
  }

  private static InteractionEvent event(int day, String type) {
    return InteractionEvent.newBuilder()
        .setEventId("e")
        .setType(type)
        .setUserId("u")
        .setOccurredAt(millis(day))
        .setReceivedAt(millis(day))
        .build();
  }

  private static long millis(int day) {
    return START.plus(Duration.ofDays(day)).toEpochMilli();
  }
}
