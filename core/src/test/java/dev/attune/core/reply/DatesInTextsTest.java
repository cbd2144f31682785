package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates are those of the reader's zone wherever they stand, and none costs the reply. */
class DatesInTextsTest {
  private static final String LATE = "2026-01-01T22:30:00Z";

  /** When other zones have summer time. */
  private static final String SUMMER = "2026-07-01T22:30:00Z";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{due, date, long} | January 2, 2026",
        "{due, date} | Jan 2, 2026",
        "{due, time,HH:mm} | 00:30",
        "{parcels, plural, other {# by {due, date, long}}} | 2 by January 2, 2026",
        "{parcels, plural, one {no} other {by {due, time,HH:mm}}} | by 00:30",
        "{parcels, plural, other {by {due, date, full}}} | by Friday, January 2, 2026",
        "{kind, select, big {by {due, date, short}} other {}} | by 1/2/26",
        "{kind, select, big {in {parcels, plural, other {# by {due, date, ::MMMd}}}} other {}} | in 2 by Jan 2"
      })
  void messagesShowTheDayOfTheReadersZone(String message, String expected) {
    String text = "{{#message}}" + message + "{{/message}}";

    assertThat(said(text, LATE, "+02:00")).isEqualTo(expected);
  }

  @Test
  void withoutAFormatTheTimeIsThatOfTheReadersZone() {
    assertThat(said("{{#message}}{due}{{/message}}", LATE, "+02:00")).startsWith("1/2/26, 12:30");
  }

  /** The law: as java.time has it. */
  @Test
  void everyZoneThatARequestMayNameIsRight() {
    List<String> zones = new ArrayList<>(ZoneId.getAvailableZoneIds());
    zones.addAll(
        List.of(
            "+05:30",
            "UTC+2",
            "GMT-3",
            "UT+01:00",
            "Z",
            "-11:00",
            "+18:00",
            "-18:00",
            "+01:02:03"));
    ReplyEngine engine = engine("{{due}} {{#message}}{due, time,HH:mm}{{/message}}");
    for (String zone : zones) {
      for (String time : List.of(LATE, SUMMER)) {
        ZonedDateTime there = Instant.parse(time).atZone(ZoneId.of(zone));
        String expected =
            DateTimeFormatter.ofPattern("MMMM d, y HH:mm", Locale.ENGLISH).format(there);

        assertThat(said(engine, time, zone)).as(zone).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+999999999-12-31",
        "-999999999-01-01",
        "+999999999-12-31T23:59:59.999999999-18:00",
        "-999999999-01-01T00:00:00+18:00",
        "+10000-01-01",
        "0000-01-01",
        "+292278994-08-17T07:12:55.808Z"
      })
  void anAbsurdDateIsNone(String date) {
    for (String text : new String[] {"{{due}}", "{{#message}}{due, date, long}{{/message}}"}) {
      assertThat(said(text, date, "Europe/Madrid")).isEqualTo("Hello");
    }
  }

  @Test
  void theFirstAndTheLastDayAreShown() {
    assertThat(said("{{due}}", "0001-01-01", "UTC")).isEqualTo("January 1, 1");
    for (String zone : new String[] {"+18:00", "-18:00", "Europe/Madrid"}) {
      assertThat(said("{{due}}", "9999-12-31", zone)).isEqualTo("December 31, 9999");
      assertThat(said("{{due}}", "2026-01-02", zone)).isEqualTo("January 2, 2026");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{#message}}{due, number}{{/message}}",
        "{{#message}}{due, plural, other {#}}{{/message}}",
        "{{#message}}{kind, plural, other {#}}{{/message}}",
        "{{#message}}{kind, date}{{/message}}"
      })
  void aTextThatCannotBeFilledIsGeneric(String text) {
    assertThat(said(text, LATE, "UTC")).isEqualTo("Hello");
  }

  /** Then the generic one as it is when nothing is known, which was tried when it was read. */
  @Test
  void aGenericTextThatCannotBeFilledIsTheBareOne() {
    ReplyEngine engine =
        ReplyBooks.engine(
            """
            locales: [en]
            variables: {kind: {}, due: {}, parcels: {}}
            slots:
              greeting:
                generic:
                  text: {en: 'Hi{{#kind}}, {{#message}}{kind, date}{{/message}}{{/kind}}'}
            """,
            "");

    assertThat(said(engine, LATE, "UTC")).isEqualTo("Hi");
  }

  private static String said(String text, String due, String zone) {
    return said(engine(text), due, zone);
  }

  private static ReplyEngine engine(String text) {
    return ReplyBooks.engine(
        """
        locales: [en]
        timezone: Asia/Tokyo
        variables:
          parcels: {type: number}
          due: {type: date}
          kind: {}
        slots:
          greeting:
            generic: {text: {en: Hello}}
            rules:
              - name: all
                text: {en: 'TEXT'}
        """
            .replace("TEXT", text),
        "");
  }

  private static String said(ReplyEngine engine, String due, String zone) {
    var variables = Map.of("parcels", "2", "due", due, "kind", "big");
    var request =
        new ReplyRequest("u", null, "greeting", "en", variables, null, ZoneId.of(zone), null);
    var known = new PredictionLookup.Held(ReplyBooks.prediction("order_status", 0.9, 0));
    return engine.reply(request, known, true, Instant.EPOCH).message().text();
  }
}
