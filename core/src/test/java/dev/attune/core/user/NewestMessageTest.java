package dev.attune.core.user;

import static dev.attune.core.feature.Events.DAY_ONE;
import static dev.attune.core.feature.Events.click;
import static dev.attune.core.feature.Events.event;
import static dev.attune.core.feature.Events.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The newest message in the row of a playbook with an encoder, and only there. */
class NewestMessageTest {
  private static final long HOUR = 3_600_000;
  private static final String FEATURES = "features: {clicks: {count: clicked}}";
  private static final String ENCODER = FEATURES + "\nencoder: {text: message_sent.text}";

  /** What a row of these events was before there were encoders. */
  private static final String BEFORE =
      "BhYAAAIDdS0xhKDV7e5mAoSg1e3uZoDd2wEAAAGg9jsDxcAQ149uAyH+BtTxBXGxAQAAAgsDAQIAAAAAA25chQIA"
          + "AqTbKiKAoNXt7mbAm9uPBKrFuocFAcCkuvoBAYOBlEIBp8GB5AIBz0ayHICg1e3uZsCb248Rd2hlcmUgaXMg"
          + "bXkgb3JkZXI=";

  private final Run run = Run.of(ENCODER);

  @Test
  void isOfTheNewestMessageWhateverFollows() {
    run.with(message(0, "first"), message(1, "Where is my order?"), click(2, "buy"));

    assertThat(run.read().message()).isEqualTo("Where is my order?");
  }

  @Test
  void aMessageThatComesLateIsNotTheNewest() {
    List<InteractionEvent> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      events.add(message(i % 7 * 1000, "message " + i));
    }
    String expected = run.with(events).read().message();

    for (long seed = 0; seed < 5; seed++) {
      Collections.shuffle(events, new Random(seed));
      assertThat(Run.of(ENCODER).with(events).read().message()).isEqualTo(expected);
    }
  }

  @Test
  void isCutAt900CharactersBetweenWholeOnes() {
    run.with(message(0, "x".repeat(899) + "\uD83D\uDE00 and more"));

    assertThat(run.read().message()).isEqualTo("x".repeat(899));
    assertThat(run.with(message(1, "y".repeat(901))).read().message()).isEqualTo("y".repeat(900));
  }

  @Test
  void aMessageWithoutTextChangesNothing() {
    run.with(message(0, "text"), message(1, null), message(2, ""));

    assertThat(run.read().message()).isEqualTo("text");
  }

  @Test
  void isForgottenAfterTheDeclaredTime() {
    Run day = Run.of(FEATURES + "\nencoder: {text: message_sent.text, window: 24h}");
    day.with(message(0, "yesterday's"), click(23 * HOUR, "a"));

    assertThat(day.read().message()).isEqualTo("yesterday's");
    assertThat(day.with(click(25 * HOUR, "b")).read().message()).isNull();
  }

  @Test
  void anErasureLeavesNothingOfIt() {
    run.with(message(0, "my secret"));
    assertThat(text(run)).contains("my secret");

    UserUpdate step = run.apply(event(UserEngine.ERASURE, 1).build());

    assertThat(step.row().message()).isNull();
    assertThat(text(run)).doesNotContain("secret");
  }

  @Test
  void isInNoVector() {
    FeatureRow row = run.with(message(0, "my secret")).read();

    assertThat(row.toAvro().toString()).doesNotContain("secret");
    assertThat(FeatureRow.fromAvro(row.toAvro()).withMessage(row.message())).isEqualTo(row);
    assertThat(FeatureRow.fromAvro(row.toAvro())).isNotEqualTo(row);
  }

  @Test
  void withoutAnEncoderRowsHaveTheBytesThatTheyHadBefore() {
    InteractionEvent[] events = {message(0, "where is my order"), click(1, "buy"), click(2, "buy")};
    for (int i = 0; i < events.length; i++) {
      events[i].setEventId("e-" + i);
    }

    Run plain =
        Run.of(
                """
                features:
                  clicks: {count: clicked}
                  said: {text: message_sent.text, words: 1}
                  last: {last: message_sent.text}
                """)
            .with(events);

    assertThat(plain.row).isEqualTo(Base64.getDecoder().decode(BEFORE));
    assertThat(plain.read().message()).isNull();
  }

  @Test
  void anEncoderIsDeclaredAndLeftOutWithoutAnotherFeatureSet() {
    Run plain = Run.of(FEATURES).with(message(0, "before"), click(1, "buy"));
    assertThat(run.features.id()).isEqualTo(plain.features.id());
    assertThat(plain.features.hasMessage()).isFalse();
    assertThat(run.features.hasMessage()).isTrue();

    Run declared = Run.of(ENCODER).from(plain.row);
    assertThat(declared.read().message()).isNull();
    declared.with(message(2, "since"));
    assertThat(declared.read().message()).isEqualTo("since");
    assertThat(declared.read().numbers()).containsExactly(1);

    Run without = Run.of(FEATURES).from(declared.row).with(click(3, "buy"));
    assertThat(without.read().message()).isNull();
    assertThat(text(without)).doesNotContain("since");
    assertThat(without.read().numbers()).containsExactly(2);
  }

  @Test
  void aRowThatIsReadLaterHasTheMessageOfItsEvent() {
    UserUpdate step = run.apply(message(0, "owed"));

    assertThat(step.row().message()).isEqualTo("owed");
    UserState state = run.state();
    assertThat(run.engine.read(state, DAY_ONE).message()).isEqualTo("owed");
    assertThat(run.engine.read(state, DAY_ONE)).isEqualTo(step.row());
  }

  private static String text(Run run) {
    return new String(Objects.requireNonNull(run.row), StandardCharsets.ISO_8859_1);
  }
}
