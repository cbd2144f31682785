package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Contract §3 against a real broker and registry. */
class GatewayIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    gateway = Gateway.start(Infra.shared());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void storesAnEventWithKeyPartitionAndReceiptTime() {
    String id = id();
    long before = System.currentTimeMillis();

    HttpResponse<String> answer =
        gateway.postJson(event(id, "u-ü", "'occurredAt':'2020-01-01T00:00:00Z','channel':'web',"));

    assertThat(answer.statusCode()).isEqualTo(200);
    ConsumerRecord<String, InteractionEvent> record = stored(id);
    assertThat(record.key()).isEqualTo("u-ü");
    assertThat(record.partition())
        .isEqualTo(BuiltInPartitioner.partitionForKey("u-ü".getBytes(UTF_8), 4));
    assertThat(record.timestamp()).isBetween(before, System.currentTimeMillis());
    assertThat(record.value().getReceivedAt()).isEqualTo(record.timestamp());
    assertThat(record.value().getOccurredAt())
        .isEqualTo(Instant.parse("2020-01-01T00:00:00Z").toEpochMilli());
    assertThat(json(answer).path("accepted").intValue()).isEqualTo(1);
    assertThat(json(answer).path("rejected").size()).isZero();
    assertThat(json(answer).path("tokens").path("u-ü").stringValue())
        .isEqualTo(record.partition() + "-" + record.offset());
  }

  @Test
  void answersABatchEventByEvent() {
    String good = id();
    String bad = id();
    String last = id();

    HttpResponse<String> answer =
        gateway.postJson(
            "{\"events\":["
                + event(good, "u-1", "")
                + ","
                + event(bad, "u-1", "'occurredAt':'now',")
                + ","
                + event(last, "u-1", "")
                + "]}");

    assertThat(answer.statusCode()).isEqualTo(207);
    JsonNode body = json(answer);
    assertThat(body.path("accepted").intValue()).isEqualTo(2);
    assertThat(body.path("rejected").size()).isEqualTo(1);
    JsonNode rejected = body.path("rejected").path(0);
    assertThat(rejected.path("index").intValue()).isEqualTo(1);
    assertThat(rejected.path("eventId").stringValue()).isEqualTo(bad);
    assertThat(rejected.path("code").stringValue()).isEqualTo("schema_invalid");
    assertThat(rejected.path("field").stringValue()).isEqualTo("occurredAt");
    ConsumerRecord<String, InteractionEvent> newest = stored(last);
    assertThat(body.path("tokens").path("u-1").stringValue())
        .isEqualTo(newest.partition() + "-" + newest.offset());
  }

  @Test
  void theLocalStackHasNoRates() {
    for (int i = 0; i < 3; i++) {
      List<String> events = new ArrayList<>();
      for (int n = 0; n < 250; n++) {
        events.add(event(id(), "many-" + i + "-" + n, ""));
        events.add(event(id(), "busy", ""));
      }
      String body = "{\"events\":[" + String.join(",", events) + "]}";

      assertThat(gateway.postJson(body).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void correctsTheClientsClockBySentAt() {
    String id = id();
    Instant sent = Instant.now().plusSeconds(86_400);

    HttpResponse<String> answer =
        gateway.postJson(
            "{\"sentAt\":\""
                + sent
                + "\",\"events\":["
                + event(id, "u-1", "'occurredAt':'" + sent.minusSeconds(10) + "',")
                + "]}");

    assertThat(answer.statusCode()).isEqualTo(200);
    InteractionEvent event = stored(id).value();
    assertThat(event.getReceivedAt() - event.getOccurredAt()).isCloseTo(10_000L, within(10L));
  }

  @Test
  void takesNdjsonBeaconsAndGzip() throws IOException {
    String line = id();
    String beacon = id();
    String packed = id();

    HttpResponse<String> lines =
        gateway.post(
            "application/x-ndjson", ("\n" + event(line, "u", "") + "\n{oops\n\n").getBytes(UTF_8));
    HttpResponse<String> beaconAnswer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri().resolve("/v1/events?key=local-write"))
                .header("Content-Type", "text/plain;charset=UTF-8")
                .POST(BodyPublishers.ofString(event(beacon, "u", "")))
                .build());
    HttpResponse<String> gzip =
        gateway.post(
            "application/json",
            gzip(event(packed, "u", "").getBytes(UTF_8)),
            "Content-Encoding",
            "gzip");

    assertThat(lines.statusCode()).isEqualTo(207);
    assertThat(json(lines).path("rejected").path(0).path("index").intValue()).isEqualTo(1);
    assertThat(json(lines).path("rejected").path(0).path("code").stringValue())
        .isEqualTo("malformed");
    assertThat(beaconAnswer.statusCode()).isEqualTo(200);
    assertThat(gzip.statusCode()).isEqualTo(200);
    assertThat(List.of(stored(line), stored(beacon), stored(packed))).hasSize(3);
  }

  @Test
  void takesAvroByTheCurrentSchemaOrByItsRegisteredId() throws IOException {
    String current = id();
    String named = id();
    int schemaId =
        gateway
            .registry()
            .register(
                Topics.subject(gateway.topics().prefix() + "event-batch"),
                EventBatch.getClassSchema());
    String type = "application/vnd.attune.events+avro";

    HttpResponse<String> byDefault = gateway.post(type, avro(current));
    HttpResponse<String> byId =
        gateway.post(type, avro(named), "Attune-Schema-Id", Integer.toString(schemaId));
    HttpResponse<String> unknown = gateway.post(type, avro(named), "Attune-Schema-Id", "987654");
    HttpResponse<String> otherRecord =
        gateway.post(
            type,
            avro(named),
            "Attune-Schema-Id",
            Integer.toString(
                gateway
                    .registry()
                    .register(
                        Topics.subject(gateway.topics().deadLetters()),
                        DeadLetter.getClassSchema())));
    HttpResponse<String> noAvro = gateway.post(type, new byte[] {1, 2, 3});

    assertThat(byDefault.statusCode()).isEqualTo(200);
    assertThat(byId.statusCode()).isEqualTo(200);
    assertThat(stored(current).value().getClicked().getElement()).isEqualTo("#a");
    assertThat(stored(named).value().getUserId()).isEqualTo("u-avro");
    assertThat(List.of(unknown, otherRecord, noAvro))
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(400);
              assertThat(json(answer).path("code").stringValue()).isEqualTo("malformed");
            });
  }

  @Test
  void keepsARefusedEventAsAMaskedDeadLetter() {
    String id = id();
    String refused =
        event(id, "u-1", "'channel':'fax','note':'mail ada@example.org or +34 600 123 456',");

    HttpResponse<String> answer = gateway.postJson(refused);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("accepted").intValue()).isZero();
    ConsumerRecord<String, DeadLetter> record =
        gateway.deadLetter(letter -> id.equals(letter.getEventId()));
    DeadLetter letter = record.value();
    assertThat(record.key()).startsWith("ingest-gateway:").endsWith(":0");
    assertThat(letter.getCode()).isEqualTo("schema_invalid");
    assertThat(letter.getField()).isEqualTo("channel");
    assertThat(letter.getUserId()).isEqualTo("u-1");
    assertThat(letter.getSourceKey()).isEqualTo("local-write");
    assertThat(letter.getMasked()).isTrue();
    assertThat(UTF_8.decode(letter.getOriginal()).toString())
        .isEqualTo(
            refused.replace("ada@example.org", "[email]").replace("+34 600 123 456", "[phone]"));
  }

  @Test
  void keepsARefusedAvroEventAsItsRecord() throws IOException {
    String id = id();
    InteractionEvent event = click(id);
    event.setChannel("fax");

    HttpResponse<String> answer =
        gateway.post(
            "application/vnd.attune.events+avro", encode(new EventBatch(null, List.of(event))));

    assertThat(answer.statusCode()).isEqualTo(400);
    DeadLetter letter = gateway.deadLetter(l -> id.equals(l.getEventId())).value();
    assertThat(letter.getMasked()).isTrue();
    assertThat(letter.getSchemaId()).isPositive();
  }

  @Test
  void masksTextsBeforeTheyAreStored() {
    String id = id();

    HttpResponse<String> answer =
        gateway.postJson(
            quotes(
                "{'eventId':'"
                    + id
                    + "','userId':'u','type':'message_sent','message_sent':"
                    + "{'text':'card 4111 1111 1111 1111, order 1234567890'}}"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(stored(id).value().getMessageSent().getText())
        .isEqualTo("card [card], order 1234567890");
  }

  @Test
  void refusesWholeBodiesWithStableCodes() {
    assertProblem(gateway.postJson("{\"events\":[{}"), 400, "malformed");
    assertProblem(gateway.postJson("{\"events\":[]}"), 400, "malformed");
    assertProblem(gateway.post("application/x-ndjson", new byte[0]), 400, "malformed");
    String tooMany = String.join(",", Collections.nCopies(501, event(id(), "u", "")));
    assertProblem(gateway.postJson("{\"events\":[" + tooMany + "]}"), 413, "too_large");
    assertProblem(gateway.post("text/csv", new byte[] {1}), 415, "unsupported_media_type");
    assertProblem(
        gateway.post("application/json", new byte[] {1}, "Content-Encoding", "br"),
        415,
        "unsupported_media_type");
    assertProblem(
        gateway.post("application/json", new byte[] {1}, "Content-Encoding", "gzip"),
        400,
        "malformed");
    assertProblem(gateway.post("application/json", new byte[5 << 20]), 413, "too_large");
    assertProblem(gateway.get("/v1/nothing"), 404, "not_found");
    assertProblem(gateway.get("/v1/events"), 405, "method_not_allowed");
  }

  @Test
  void stopsReadingAGzipBombAtTheLimit() throws IOException {
    byte[] bomb = gzip(new byte[64 << 20]);
    assertThat(bomb).hasSizeLessThan(1 << 20);

    assertProblem(
        gateway.post("application/json", bomb, "Content-Encoding", "gzip"), 413, "too_large");
  }

  /** Each member asked for the next one a call deeper, until the stack was full. */
  @Test
  void readsMembersOfAGzipOneAfterTheOther() throws IOException {
    byte[] nothing = HostileBody.repeated(gzip(new byte[0]), 40_000);
    var event = new ByteArrayOutputStream();
    event.write(HostileBody.repeated(gzip(new byte[0]), 99));
    event.write(gzip(event(id(), "u", "").getBytes(UTF_8)));

    // more than a hundred are work for nothing
    assertProblem(
        gateway.post("application/json", nothing, "Content-Encoding", "gzip"), 400, "malformed");
    assertThat(
            gateway
                .post("application/json", event.toByteArray(), "Content-Encoding", "gzip")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesWhatFollowsAGzip() throws IOException {
    var body = new ByteArrayOutputStream();
    body.write(gzip(event(id(), "u", "").getBytes(UTF_8)));
    body.write("and more, which is no gzip".getBytes(UTF_8));

    assertProblem(
        gateway.post("application/json", body.toByteArray(), "Content-Encoding", "gzip"),
        400,
        "malformed");
  }

  @Test
  void stopsReadingAChunkedBodyAtTheLimit() {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri().resolve("/v1/events"))
            .header("Authorization", "Bearer local-write")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[5 << 20])))
            .build();

    assertProblem(gateway.send(request), 413, "too_large");
  }

  @Test
  void keepsNothingOfBodiesWhoseSendersAreNotLetIn() throws IOException {
    String head =
        "POST /v1/events?key=wrong HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\n";
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        Socket stranger = new Socket(InetAddress.getLoopbackAddress(), gateway.uri().getPort());
        strangers.add(stranger);
        stranger.getOutputStream().write(head.getBytes(UTF_8));
        stranger.getOutputStream().write(new byte[4_000_000]);
      }

      assertThat(gateway.manage("/actuator/prometheus").body())
          .contains("attune_ingest_body_bytes 0.0");
      assertThat(gateway.postJson(event(id(), "u", "")).statusCode()).isEqualTo(200);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void letsOnlyKnownKeysIn() {
    String body = event(id(), "u", "");

    assertProblem(gateway.send(plain(body, "/v1/events", null)), 401, "unauthenticated");
    assertProblem(gateway.send(plain(body, "/v1/events", "Bearer wrong")), 401, "unauthenticated");
    assertProblem(gateway.send(plain(body, "/v1/events?key=wrong", null)), 401, "unauthenticated");
    assertProblem(
        gateway.send(plain(body, "/v1/events?key=local-secret", null)), 401, "unauthenticated");
    assertThat(gateway.send(plain(body, "/v1/events", "Bearer local-secret")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void handsATraceOnToTheRecords() {
    String id = id();
    String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    HttpResponse<String> answer =
        gateway.post("application/json", event(id, "u", "").getBytes(UTF_8), "traceparent", parent);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(stored(id).headers().lastHeader("traceparent").value(), UTF_8))
        .isEqualTo(parent);
  }

  @Test
  void tellsOperatorsAndDevelopersAboutItself() {
    HttpResponse<String> openApi = gateway.get("/openapi.json");

    assertThat(gateway.manage("/actuator/health/readiness").body()).contains("UP");
    assertThat(gateway.manage("/actuator/health/liveness").statusCode()).isEqualTo(200);
    assertThat(gateway.manage("/actuator/prometheus").body()).contains("attune_ingest_in_flight");
    assertThat(gateway.manage("/actuator/info").statusCode()).isEqualTo(200);
    assertThat(openApi.statusCode()).isEqualTo(200);
    assertThat(json(openApi).path("paths").has("/v1/events")).isTrue();
    assertThat(openApi.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void countsWhatItDoes() {
    gateway.postJson("{\"events\":[" + event(id(), "u", "") + ",{}]}");
    assertProblem(gateway.send(plain("", "/v1/events", null)), 401, "unauthenticated");

    String metrics = gateway.manage("/actuator/prometheus").body();

    assertThat(metrics)
        .contains(
            "attune_ingest_accepted_events_total",
            "attune_ingest_rejected_total{code=\"schema_invalid\"}",
            "attune_ingest_request_seconds_bucket{status=\"207\"",
            "attune_ingest_request_seconds_count{status=\"401\"}",
            "attune_ingest_broker_seconds_bucket",
            "attune_ingest_batch_events_bucket{le=\"100.0\"}",
            "attune_ingest_in_flight",
            "attune_ingest_concurrency_limit",
            "attune_ingest_body_bytes",
            "attune_ingest_dead_letters_total{result=\"written\"}",
            "attune_ingest_custom_unknown_events_total",
            "attune_registry_up 1.0",
            "kafka_producer_record_send_total");
  }

  @Test
  void suggestsUuidsOfVersion7ToWhoSendsNoId() {
    HttpResponse<String> answer = gateway.postJson(quotes("{'userId':'u','type':'clicked'}"));

    assertThat(json(answer).at("/rejected/0/field").stringValue()).isEqualTo("eventId");
    assertThat(json(answer).at("/rejected/0/detail").stringValue()).contains("UUIDv7");
  }

  @Test
  void namesFieldsThatNobodyReads() {
    String misspelled =
        quotes(
            "{'eventId':'%s','userId':'u','type':'message_sent','message_sent':{'txt':'hi'}}"
                .formatted(id()));
    String misplaced =
        quotes("{'eventId':'%s','userId':'u','type':'message_sent','message_sent':{},'text':'hi'}")
            .formatted(id());
    String body =
        "{\"events\":[" + misspelled + "," + misplaced + "," + event(id(), "u", "") + "]}";

    HttpResponse<String> answer = gateway.postJson(body);

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode warnings = json(answer).at("/warnings");
    assertThat(warnings).hasSize(2);
    assertThat(warnings.at("/0/field").stringValue()).isEqualTo("message_sent.txt");
    assertThat(warnings.at("/0/code").stringValue()).isEqualTo("unknown_field");
    assertThat(warnings.at("/0/detail").stringValue()).isEqualTo("did you mean text?");
    assertThat(warnings.at("/1/index").intValue()).isEqualTo(1);
    assertThat(warnings.at("/1/detail").stringValue()).isEqualTo("did you mean message_sent.text?");
    assertThat(gateway.manage("/actuator/prometheus").body())
        .containsPattern("attune_ingest_unknown_fields_total [1-9]");
  }

  @Test
  void rejectsFieldsThatNobodyReadsWhereTheClientAsksForIt() {
    String odd = event(id(), "u", "'colour':'red',");

    HttpResponse<String> answer =
        gateway.post("application/json", odd.getBytes(UTF_8), "Attune-Strict", "true");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/rejected/0/code").stringValue()).isEqualTo("unknown_field");
    assertThat(json(answer).at("/rejected/0/field").stringValue()).isEqualTo("colour");
    assertThat(json(answer).at("/warnings").isMissingNode()).isTrue();
  }

  @Test
  void aMessageHasTheLengthThatAnSdkWouldHaveSent() {
    String id = id();
    gateway.postJson(
        quotes(
                "{'eventId':'%s','userId':'u','type':'message_sent','message_sent':{'text':'hi 😀'}}")
            .formatted(id));

    assertThat(stored(id).value().getMessageSent().getLength()).isEqualTo(5);
  }

  @Test
  void keepsUnknownFieldsAsProperties() {
    String id = id();

    assertThat(gateway.postJson(event(id, "u", "'colour':{'hex':'f00'},")).statusCode())
        .isEqualTo(200);
    assertThat(stored(id).value().getProperties()).containsEntry("colour", quotes("{'hex':'f00'}"));
  }

  @Test
  void everyAnswerCarriesSecurityHeaders() {
    for (HttpResponse<String> answer :
        List.of(
            gateway.postJson(event(id(), "u", "")),
            gateway.postJson("{"),
            gateway.get("/v1/nothing"),
            gateway.get("/actuator/health"),
            gateway.send(preflight()))) {
      assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
      assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
      assertThat(answer.headers().allValues("Content-Security-Policy"))
          .containsExactly("default-src 'none'; frame-ancestors 'none'");
      assertThat(answer.body()).doesNotContain("Exception", "at dev.attune", "trace");
    }
  }

  @Test
  void theLocalStacksKeysAreForThisMachinesPages() {
    String event = event(id(), "u", "");
    byte[] body = event.getBytes(UTF_8);
    for (String here : List.of("http://localhost:5173", "http://127.0.0.1:8080")) {
      assertThat(gateway.post("application/json", body, "Origin", here).statusCode())
          .isEqualTo(200);
    }
    for (String elsewhere : List.of("https://shop.example", "https://localhost.example", "null")) {
      assertProblem(gateway.post("application/json", body, "Origin", elsewhere), 403, "forbidden");
    }
  }

  private static HttpRequest preflight() {
    return HttpRequest.newBuilder(gateway.uri().resolve("/v1/events"))
        .header("Origin", "http://localhost:5173")
        .header("Access-Control-Request-Method", "POST")
        .method("OPTIONS", BodyPublishers.noBody())
        .build();
  }

  private static HttpRequest plain(String body, String path, @Nullable String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(answer).path("code").stringValue()).isEqualTo(code);
    assertThat(json(answer).path("status").intValue()).isEqualTo(status);
  }

  private static ConsumerRecord<String, InteractionEvent> stored(String eventId) {
    return gateway.stored(event -> event.getEventId().equals(eventId));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private static String event(String id, String user, String more) {
    return quotes(
        "{'eventId':'"
            + id
            + "','userId':'"
            + user
            + "',"
            + more
            + "'type':'clicked','clicked':{'element':'#a'}}");
  }

  private static String quotes(String text) {
    return text.replace('\'', '"');
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static InteractionEvent click(String id) {
    return InteractionEvent.newBuilder()
        .setEventId(id)
        .setUserId("u-avro")
        .setType("clicked")
        .setOccurredAt(1)
        .setClicked(new Clicked("#a", null))
        .build();
  }

  private static byte[] avro(String eventId) throws IOException {
    return encode(new EventBatch(null, List.of(click(eventId))));
  }

  private static byte[] encode(EventBatch batch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(EventBatch.class).write(batch, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
