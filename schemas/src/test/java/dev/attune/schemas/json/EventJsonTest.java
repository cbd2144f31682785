package dev.attune.schemas.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedBody.Malformed;
import dev.attune.schemas.json.ParsedBody.TooMany;
import dev.attune.schemas.json.ParsedEvent.Invalid;
import dev.attune.schemas.json.ParsedEvent.Valid;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static final String CONTRACT_EXAMPLE =
      """
      {"eventId":"018f", "type":"message_sent", "userId":"u-1", "sessionId":"s-1",
       "occurredAt":"2026-01-02T03:04:05.678Z", "channel":"web", "locale":"en-US",
       "context":{"page":"/orders","timezone":"Europe/Madrid"},
       "message_sent":{"text":"where is my order"}}
      """;

  private static final EventJson WITH_JACKSON =
      new EventJson(EventLimits.standard(), JacksonText::new);

  private final EventJson json = EventJson.standard();

  @Test
  void readsTheExampleOfTheContract() {
    InteractionEvent event = valid(CONTRACT_EXAMPLE);

    assertThat(event.getEventId()).isEqualTo("018f");
    assertThat(event.getUserId()).isEqualTo("u-1");
    assertThat(event.getSessionId()).isEqualTo("s-1");
    assertThat(event.getOccurredAt())
        .isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli());
    assertThat(event.getContext().getTimezone()).isEqualTo("Europe/Madrid");
    assertThat(event.getMessageSent().getText()).isEqualTo("where is my order");
    assertThat(event.getProperties()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'type':'session_started'",
        "'type':'session_started','session_started':{'entry':'/help'}",
        "'type':'session_ended'",
        "'type':'page_viewed','page_viewed':{'page':'/a','title':'A','seconds':1.5}",
        "'type':'clicked','clicked':{'element':'#buy','page':'/a'}",
        "'type':'message_sent'",
        "'type':'message_sent','message_sent':{'length':3}",
        "'type':'agent_replied','agent_replied':{'responseSeconds':2,'automated':true}",
        "'type':'issue_opened','issue_opened':{'issueId':'i','category':'c'}",
        "'type':'issue_resolved','issue_resolved':{'issueId':'i','resolution':'r'}",
        "'type':'feedback','feedback':{'kind':'thumbs','score':-1,'comment':'no'}",
        "'type':'quick_reply_used','quick_reply_used':{'decisionId':'d','value':'v'}",
        "'type':'custom','custom':{'name':'n','properties':{'a':[1,{'b':null}],'c':'x'}}"
      })
  void readsAndWritesEveryType(String fields) {
    InteractionEvent event = valid(event(fields));

    assertThat(((Valid) json.readLine(json.write(event))).event()).isEqualTo(event);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'session_started','userId':'u'}|eventId",
        "{'eventId':null,'type':'session_started','userId':'u'}|eventId",
        "{'eventId':'','type':'session_started','userId':'u'}|eventId",
        "{'eventId':7,'type':'session_started','userId':'u'}|eventId",
        "{'eventId':'e','type':'session_started'}|userId",
        "{'eventId':'e','type':'session_started','userId':'a\\u0000b'}|userId",
        "{'eventId':'e','type':'session_started','userId':'a\\nb'}|userId",
        "{'eventId':'e','type':'session_started','userId':'\\ud800'}|userId",
        "{'eventId':'e','userId':'u'}|type",
        "{'eventId':'e','userId':'u','type':'bought'}|type",
        "{'eventId':'e','userId':'u','type':'context'}|type",
        "{'eventId':'e','userId':'u','type':'user_erased','user_erased':{'receiptId':'r'}}|type",
      })
  void namesTheFieldThatIsWrong(String event, String field) {
    Invalid refused = (Invalid) json.readLine(quotes(event));

    assertThat(refused.error().code()).isEqualTo("schema_invalid");
    assertThat(refused.error().field()).isEqualTo(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type':'clicked'|clicked",
        "'type':'clicked','clicked':{}|clicked.element",
        "'type':'clicked','clicked':null|clicked",
        "'type':'clicked','clicked':[]|clicked",
        "'type':'clicked','clicked':{'element':'x'},'page_viewed':{'page':'/'}|page_viewed",
        "'type':'session_started','clicked':{'element':'x'}|clicked",
        "'type':'session_started','channel':'fax'|channel",
        "'type':'session_started','occurredAt':1735787045|occurredAt",
        "'type':'session_started','occurredAt':'yesterday'|occurredAt",
        "'type':'session_started','occurredAt':'2026-02-30T00:00:00Z'|occurredAt",
        "'type':'session_started','context':{'consent':'yes'}|context.consent",
        "'type':'session_started','user_erased':{'receiptId':'r'}|user_erased",
        "'type':'message_sent','message_sent':{'length':1.5}|message_sent.length",
        "'type':'message_sent','message_sent':{'length':-1}|message_sent.length",
        "'type':'message_sent','message_sent':{'length':9999999999}|message_sent.length",
        "'type':'page_viewed','page_viewed':{'page':'/','seconds':-1}|page_viewed.seconds",
        "'type':'feedback','feedback':{'kind':'stars','score':1}|feedback.kind",
        "'type':'feedback','feedback':{'kind':'csat'}|feedback.score",
        "'type':'feedback','feedback':{'kind':'csat','score':1e999}|feedback.score",
        "'type':'feedback','feedback':{'kind':'csat','score':100.5}|feedback.score",
        "'type':'feedback','feedback':{'kind':'nps','score':-101}|feedback.score",
        "'type':'page_viewed','page_viewed':{'page':'/','seconds':1e9}|page_viewed.seconds",
        "'type':'agent_replied','agent_replied':{}|agent_replied.automated",
        "'type':'custom','custom':{'name':'n'}|custom.properties",
        "'type':'quick_reply_used','quick_reply_used':{'value':'v'}|quick_reply_used.decisionId",
      })
  void checksTheDetailRecordThatTheTypeNames(String fields, String field) {
    Invalid refused = (Invalid) json.readLine(event(fields));

    assertThat(refused.error().code()).isEqualTo("schema_invalid");
    assertThat(refused.error().field()).isEqualTo(field);
    assertThat(refused.eventId()).isEqualTo("e-1");
    assertThat(refused.userId()).isEqualTo("u-1");
  }

  @Test
  void boundsIdsInCharactersNotBytes() {
    assertThat(json.readLine(withIds("e".repeat(64), "ü".repeat(128)))).isInstanceOf(Valid.class);
    assertThat(json.readLine(withIds("e".repeat(65), "u"))).isInstanceOf(Invalid.class);
    assertThat(json.readLine(withIds("e", "😀".repeat(128)))).isInstanceOf(Valid.class);
    assertThat(json.readLine(withIds("e", "u".repeat(129)))).isInstanceOf(Invalid.class);
  }

  @Test
  void keepsUnknownFieldsAsTheClientWroteThem() {
    String line =
        event(
            "'type':'clicked','future':{ 'a': [1, 'ü'] },'n':1.50,'s':'x',"
                + "'clicked':{'element':'x','button': 2},'context':{'os':null}");

    InteractionEvent event = valid(line);

    assertThat(event.getProperties())
        .containsEntry("future", "{ \"a\": [1, \"ü\"] }")
        .containsEntry("n", "1.50")
        .containsEntry("s", "\"x\"")
        .containsEntry("clicked.button", "2")
        .containsEntry("context.os", "null");
    assertThat(((Valid) json.readLine(json.write(event))).event()).isEqualTo(event);
  }

  @Test
  void refusesUnknownFieldsWhenToldTo() {
    EventJson strict = new EventJson(new EventLimits(500, 32768, 32, false));

    Invalid refused = (Invalid) strict.readLine(event("'type':'session_started','future':{'a':1}"));

    assertThat(refused.error().field()).isEqualTo("future");
  }

  @Test
  void readsABatchWithSentAtBeforeOrAfterTheEvents() {
    String events = "'events':[" + event("'type':'session_started'") + "]";
    String sentAt = "'sentAt':'2026-01-01T00:00:00+01:00'";

    for (String body : List.of(events + "," + sentAt, sentAt + ", 'x':{'y':[]} ," + events)) {
      Events read = (Events) json.readBody(quotes("{" + body + "}").getBytes(UTF_8));

      assertThat(read.sentAt()).isEqualTo(Instant.parse("2025-12-31T23:00:00Z").toEpochMilli());
      assertThat(read.events()).hasSize(1).allMatch(e -> e instanceof Valid);
    }
  }

  @Test
  void anEventMayHaveAnUnknownFieldNamedEvents() {
    assertThat(valid(event("'type':'session_started','events':[1]")).getProperties())
        .containsEntry("events", "[1]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "'x'",
        "{",
        "{}}",
        "{'eventId':'e',}",
        "{'eventId':'e'} x",
        "{'eventId':01}",
        "{eventId:'e'}",
        "{'events':[}",
        "{'events':[{'a':1},]}",
        "{'events':[{'a':1} {'a':1}]}",
        "{'events':[{'a':tru}]}",
        "{'events':[{'a':'\\x'}]}",
        "{'events':[{'a':'\n'}]}",
        "{'events':[],'events':[]}",
        "{'events':[],'sentAt':5}",
        "{'events':{}}",
        "{'sentAt':'2026-01-01T00:00:00Z'}",
        "{'events':[[[[]]]}",
        "{'events':[{'a':1}],'b':}",
      })
  void refusesABodyThatIsNoJsonWhole(String body) {
    assertThat(json.readBody(quotes(body).getBytes(UTF_8))).isInstanceOf(Malformed.class);
  }

  @Test
  void refusesUtf16Whole() {
    String event = event("'type':'session_started'");

    for (String body : List.of(event, "{\"events\":[" + event + "]}")) {
      assertThat(json.readBody(body.getBytes(UTF_16LE))).isInstanceOf(Malformed.class);
    }
    String inside = "{\"events\":[" + new String(event.getBytes(UTF_16LE), ISO_8859_1) + "]}";
    assertThat(json.readBody(inside.getBytes(ISO_8859_1))).isInstanceOf(Malformed.class);
  }

  @Test
  void refusesBadUtf8Whole() {
    for (String bad :
        List.of(
            "\u00ff",
            "\u00c0\u0080",
            "\u00ed\u00a0\u0080",
            "\u00f5\u0080\u0080\u0080",
            "\u00e2\u0082")) {
      byte[] body =
          event("'type':'message_sent','message_sent':{'text':'" + bad + "'}").getBytes(ISO_8859_1);

      assertThat(json.readBody(body)).isInstanceOf(Malformed.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "duplicate_key|{'eventId':'bad','eventId':'b','userId':'u','type':'session_started'}",
        "duplicate_key|{'eventId':'bad','userId':'u','type':'custom','custom':{'name':'n','properties':{'x':{'a':1,'a':2}}}}",
        "too_large|{'eventId':'bad','userId':'u','type':'message_sent','message_sent':{'text':'LONG'}}",
        "too_deep|{'eventId':'bad','userId':'u','type':'session_started','x':DEEP}",
        "too_deep|{'eventId':'bad','userId':'u','type':'session_started','x':HALFDEEP}",
        "schema_invalid|{'eventId':'bad','\\ud800':1,'userId':'u','type':'session_started'}",
        "schema_invalid|5",
        "schema_invalid|'bad'",
        "schema_invalid|[1,2]",
        "schema_invalid|null",
        "schema_invalid|{'eventId':'bad','userId':'u','type':'session_started','x':DIGITS}",
      })
  void oneBadEventDoesNotCostItsNeighbours(String code, String bad) {
    String event =
        bad.replace("LONG", "x".repeat(33_000))
            .replace("HALFDEEP", "[".repeat(32) + "]".repeat(32))
            .replace("DEEP", "[{'a':".repeat(2500) + "1" + "}]".repeat(2500))
            .replace("DIGITS", "1".repeat(1000));
    String good = event("'type':'session_started'");
    byte[] body = quotes("{'events':[" + good + "," + event + " ," + good + "]}").getBytes(UTF_8);

    Events read = (Events) json.readBody(body);

    assertThat(read.events()).hasSize(3);
    assertThat(read.events().get(0)).isInstanceOf(Valid.class);
    assertThat(read.events().get(2)).isInstanceOf(Valid.class);
    Invalid refused = (Invalid) read.events().get(1);
    assertThat(refused.error().code()).isEqualTo(code);
    assertThat(new String(body, refused.start(), refused.end() - refused.start(), UTF_8))
        .isEqualTo(quotes(event));
    assertThat(refused.eventId()).isEqualTo(event.startsWith("{") ? "bad" : null);
  }

  @Test
  void theLastByteAndLevelAllowedIsAllowed() {
    String frame = event("'type':'message_sent','message_sent':{'text':'#'}");
    String full = frame.replace("#", "x".repeat(32 * 1024 - frame.length() + 1));

    assertThat(json.readLine(full)).isInstanceOf(Valid.class);
    assertThat(json.readLine(full.replace("xx", "xxx"))).isInstanceOf(Invalid.class);
    assertThat(
            json.readLine(event("'type':'session_started','x':" + "[".repeat(31) + "]".repeat(31))))
        .isInstanceOf(Valid.class);
  }

  @Test
  void stopsAtTooManyEvents() {
    String events = (event("'type':'session_started'") + ",").repeat(500);

    String tooMany = "{\"events\":[" + events + "{}]}";
    String justEnough = "{\"events\":[" + events.substring(0, events.length() - 1) + "]}";

    assertThat(json.readBody(tooMany.getBytes(UTF_8))).isEqualTo(new TooMany(500));
    assertThat(json.readBody(justEnough.getBytes(UTF_8))).isInstanceOf(Events.class);
    assertThat(json.readLines("{}\n".repeat(501).getBytes(UTF_8))).isEqualTo(new TooMany(500));
  }

  @Test
  void aBadLineRefusesItselfAndBlankLinesDoNotCount() {
    String good = event("'type':'session_started'");

    Events read =
        (Events)
            json.readLines(
                ("\n" + good + "\r\n  \n{oops\n" + good + good + "\n" + good).getBytes(UTF_8));

    assertThat(read.events()).hasSize(4);
    assertThat(read.events().get(0)).isInstanceOf(Valid.class);
    assertThat(((Invalid) read.events().get(1)).error().code()).isEqualTo("malformed");
    assertThat(((Invalid) read.events().get(2)).error().code()).isEqualTo("malformed");
    assertThat(read.events().get(3)).isInstanceOf(Valid.class);
  }

  /** Law: whatever the bytes, an answer, never an exception, and the same one as the plain way. */
  @Test
  void anyMutationOfABodyGetsAnAnswer() {
    byte[] original =
        ("{\"sentAt\":\"2026-01-01T00:00:00Z\",\"events\":["
                + CONTRACT_EXAMPLE
                + ","
                + event(
                    "'type':'custom','custom':{'name':'n','properties':{'a':[1,2.5e3,true,null]}}")
                + "]}")
            .getBytes(UTF_8);
    Random random = new Random(7);

    for (int round = 0; round < 20_000; round++) {
      byte[] body = original.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        body[random.nextInt(body.length)] = mutation(random);
      }

      ParsedBody read = json.readBody(body);
      ParsedBody lines = json.readLines(body);

      checkRanges(body, read);
      checkRanges(body, lines);
      assertThat(WITH_JACKSON.readLines(body)).isEqualTo(lines);
      assertThat(eventsOf(WITH_JACKSON.readBody(body))).isEqualTo(eventsOf(read));
    }
  }

  private static byte mutation(Random random) {
    String interesting = "{}[]\",:\\ue0-19.\n\t \u0000\u00ff\u00c3";
    return random.nextBoolean()
        ? (byte) random.nextInt(256)
        : (byte) interesting.charAt(random.nextInt(interesting.length()));
  }

  /** Without the words for a body that is no JSON: they depend on where that was seen. */
  private static Object eventsOf(ParsedBody body) {
    return body instanceof Malformed ? Malformed.class : body;
  }

  private static void checkRanges(byte[] body, ParsedBody parsed) {
    if (parsed instanceof Events events) {
      for (ParsedEvent event : events.events()) {
        assertThat(event.start()).isBetween(0, event.end());
        assertThat(event.end()).isLessThanOrEqualTo(body.length);
      }
    }
  }

  private InteractionEvent valid(String body) {
    Events read = (Events) json.readBody(body.getBytes(UTF_8));
    ParsedEvent only = read.events().getFirst();
    assertThat(only).isInstanceOf(Valid.class);
    return ((Valid) only).event();
  }

  private static String withIds(String eventId, String userId) {
    return quotes(
        "{'eventId':'" + eventId + "','userId':'" + userId + "','type':'session_started'}");
  }

  private static String event(String fields) {
    return quotes("{'eventId':'e-1','userId':'u-1'," + fields + "}");
  }

  private static String quotes(String text) {
    return text.replace('\'', '"');
  }
}
