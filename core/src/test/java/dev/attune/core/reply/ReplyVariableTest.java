package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that a chatbot hands over. */
class ReplyVariableTest {
  private static final ReplyVariable NAME =
      new ReplyVariable("name", ReplyVariable.Type.TEXT, "you", 4);
  private static final ReplyVariable COUNT =
      new ReplyVariable("count", ReplyVariable.Type.NUMBER, null, 80);
  private static final ReplyVariable DUE =
      new ReplyVariable("due", ReplyVariable.Type.DATE, null, 80);

  @Test
  void whatIsNotGivenIsTheDefault() {
    assertThat(NAME.value(null)).isEqualTo("you");
    assertThat(NAME.value("")).isEqualTo("you");
    assertThat(NAME.value("  ")).isEqualTo("you");
    assertThat(COUNT.value(null)).isNull();
    assertThat(COUNT.value("many")).isNull();
  }

  @Test
  void aTextIsTrimmedAndCutAtWholeCharacters() {
    assertThat(NAME.value(" Ada ")).isEqualTo("Ada");
    assertThat(NAME.value("Anna")).isEqualTo("Anna");
    assertThat(NAME.value("Annabel")).isEqualTo("Anna");
    assertThat(NAME.value("👩👩👩👩")).isEqualTo("👩👩👩👩");
    assertThat(NAME.value("👩👩👩👩👩")).isEqualTo("👩👩👩👩");
  }

  @Test
  void aNumberIsFinite() {
    assertThat(COUNT.parsed("12.5", ZoneOffset.UTC)).isEqualTo(12.5);
    assertThat(COUNT.value(" 12.5 ")).isEqualTo("12.5");
    for (String none : new String[] {"NaN", "Infinity", "1e999", "12 parcels"}) {
      assertThat(COUNT.parsed(none, ZoneOffset.UTC)).as(none).isNull();
    }
  }

  @Test
  void aDayBeginsWhereTheReaderIsAndATimeSaysItself() {
    ZoneId madrid = ZoneId.of("Europe/Madrid");

    assertThat(DUE.parsed("2026-01-02", madrid)).isEqualTo(Instant.parse("2026-01-01T23:00:00Z"));
    assertThat(DUE.parsed("2026-01-02T10:00:00+02:00", madrid))
        .isEqualTo(Instant.parse("2026-01-02T08:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0001-01-01", "9999-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"})
  void theFirstAndTheLastYearAreDates(String date) {
    assertThat(DUE.parsed(date, ZoneOffset.UTC)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-12-31",
        "+10000-01-01",
        "0000-12-31T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "soon"
      })
  void whatIsBeforeOrAfterThemIsNone(String date) {
    assertThat(DUE.parsed(date, ZoneOffset.UTC)).isNull();
  }
}
