package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.ServerProcess;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ingest contract, {@code POST /v1/events}, line by line under {@code curl}. The gateway has
 * keys of its own, one bound to an origin, and a rate limit, so that every answer can be had; an
 * unreachable broker's 503 is BrokerGoneIT's of the gateway.
 */
class IngestContractIT {
  private static final String JSON = "Content-Type: application/json";
  private static final String AVRO = "Content-Type: application/vnd.attune.events+avro";
  private static final String PROBLEM = "application/problem+json";

  @TempDir static Path folder;

  private static ServerProcess gateway;
  private static String url;
  private static int schemaId;

  @BeforeAll
  static void start() throws IOException {
    StackSettings settings = RunningStack.shared().settings();
    var server =
        GatewayServer.withKeys(
            settings,
            List.of(
                GatewayServer.key("open", "write", "*"),
                GatewayServer.key("server", "secret", ""),
                GatewayServer.key("bound", "write", "https://shop.example"),
                GatewayServer.key("busy", "write", "*")),
            // far above what the lines below send but for the one that means to exceed it
            Map.of("ATTUNE_RATES_PERKEY", "1500", "ATTUNE_RATES_BURSTSECONDS", "1"));
    gateway = ServerProcess.start(server, settings.home().resolve("logs/contract-gateway.log"));
    gateway.awaitReady(Duration.ofSeconds(120));
    url = "http://127.0.0.1:" + server.port() + "/v1/events";
    schemaId =
        new SchemaRegistryClient(URI.create(settings.registryUrl()), Duration.ofSeconds(10))
            .register(Topics.subject("attune.event-batch"), EventBatch.getClassSchema());
  }

  @AfterAll
  static void stop() {
    gateway.stop();
  }

  @Test
  void takesEveryBodyOfTheContract() throws IOException {
    accepted(1, json(event("a", "")));
    accepted(2, json("{'sentAt':'2026-01-02T03:04:05Z','events':[" + two() + "]}"));
    accepted(1, curl("-H", "Content-Type: text/plain;charset=UTF-8", "-d", event("c", "")));
    accepted(1, beacon("?key=open"));
    accepted(2, lines(event("d", "") + "\n\n" + event("e", "") + "\n"));
    accepted(1, gzip(quoted(event("f", "")).getBytes(UTF_8)));
    accepted(1, curl("-H", AVRO, "--data-binary", "@" + avro("g")));
    accepted(1, curl("-H", AVRO, "-H", schema(schemaId), "--data-binary", "@" + avro("h")));
    accepted(1, with("server", "-H", JSON, "-d", event("i", "")));
    accepted(1, json(event("j", "'occurredAt':'2100-01-01T00:00:00+02:00',")));
    accepted(1, json(event("k", "'unknownField':{'deep':[1,2]},")));
  }

  @Test
  void answersForEveryEventOfABatch() {
    String bad = "{'eventId':'bad','type':'clicked','userId':'u'}";
    String body = "{'events':[" + event("l", "") + "," + bad + "," + event("m", "") + "]}";

    answers(207, json(body), "\"accepted\":2", "\"index\":1", "\"eventId\":\"bad\"");
    answers(207, json(body), "\"code\":\"schema_invalid\"", "\"field\":\"clicked\"", "\"tokens\"");
    answers(400, json(bad), "\"accepted\":0", "\"index\":0", "\"tokens\":{}");
    answers(207, lines(event("n", "") + "\n\n{oops\n"), "\"index\":1", "\"code\":\"malformed\"");
    String huge = event("o", "'note':'" + "x".repeat(33 * 1024) + "',");
    answers(207, file("{'events':[" + huge + "," + event("p", "") + "]}"), "\"index\":0");
    String deep = event("q", "'deep':" + "[".repeat(40) + "]".repeat(40) + ",");
    answers(207, json("{'events':[" + deep + "," + event("r", "") + "]}"), "\"index\":0");
    String twice = event("s", "'channel':'web','channel':'ios',");
    answers(207, json("{'events':[" + twice + "," + event("t", "") + "]}"), "\"index\":0");
    answers(400, json(event("x".repeat(65), "")), "\"field\":\"eventId\"");
    answers(400, json(event("v", "").replace("'u'", "'" + "u".repeat(129) + "'")), "userId");
    answers(400, json(event("w", "").replace("'u'", "'a\\u0007b'")), "\"field\":\"userId\"");
    answers(400, json(event("y", "'channel':'fax',")), "\"field\":\"channel\"");
  }

  @Test
  void refusesWholeBodiesWithStableCodes() throws IOException {
    problem(400, "malformed", json("{'events':[{]}"));
    problem(400, "malformed", json("{'events':[]}"));
    problem(400, "malformed", lines(" \n\n"));
    problem(400, "malformed", curl("-H", AVRO, "-d", "no avro"));
    problem(
        400,
        "malformed",
        curl("-H", AVRO, "-H", schema(999_999), "--data-binary", "@" + avro("z")));
    problem(400, "malformed", curl("-H", JSON, "-H", "Content-Encoding: gzip", "-d", "no gzip"));
    String many = String.join(",", Collections.nCopies(501, event("m", "")));
    problem(413, "too_large", file("{'events':[" + many + "]}"));
    problem(413, "too_large", file(" ".repeat((4 << 20) + 1)));
    problem(413, "too_large", gzip(new byte[64 << 20]));
    problem(415, "unsupported_media_type", curl("-H", "Content-Type: text/csv", "-d", "a,b"));
    problem(
        415,
        "unsupported_media_type",
        curl("-H", JSON, "-H", "Content-Encoding: br", "-d", event("b", "")));
  }

  @Test
  void letsInWhoMayAndNobodyElse() {
    String body = event("auth", "");
    problem(401, "unauthenticated", plain("", "-H", JSON, "-d", body));
    problem(401, "unauthenticated", with("wrong", "-H", JSON, "-d", body));
    problem(401, "unauthenticated", plain("?key=server", "-H", JSON, "-d", body));
    accepted(1, with("bound", "-H", JSON, "-H", "Origin: https://shop.example", "-d", body));
    problem(
        403,
        "forbidden",
        with("bound", "-H", JSON, "-H", "Origin: https://evil.example", "-d", body));
    Shell.Result preflight =
        plain(
            "",
            "-X",
            "OPTIONS",
            "-H",
            "Origin: https://shop.example",
            "-H",
            "Access-Control-Request-Method: POST");
    assertThat(preflight.output())
        .contains("Access-Control-Allow-Origin: https://shop.example", "\n204");
  }

  @Test
  void slowsDownWhoSendsTooMuch() {
    String many = String.join(",", Collections.nCopies(500, event("busy", "")));
    String body = "{'events':[" + many + "]}";
    List<Shell.Result> answers = new ArrayList<>();
    for (int i = 0; i < 12 && answers.stream().noneMatch(a -> a.output().contains("\n429")); i++) {
      answers.add(fileWith("busy", body));
    }

    problem(429, "rate_limited", answers.getLast());
    assertThat(answers.getLast().output()).containsPattern("Retry-After: [1-9]");
    assertThat(answers.getLast().output()).contains("\"retryable\":true");
  }

  private static void accepted(int count, Shell.Result answer) {
    answers(200, answer, "\"accepted\":" + count, "\"rejected\":[]");
    assertThat(answer.output()).containsPattern("\"tokens\":\\{\"[^\"]+\":\"\\d+-\\d+\"");
  }

  private static void problem(int status, String code, Shell.Result answer) {
    answers(status, answer, PROBLEM, "\"code\":\"" + code + "\"");
  }

  private static void answers(int status, Shell.Result answer, String... parts) {
    assertThat(answer.output()).endsWith("\n" + status).contains(parts);
  }

  private static Shell.Result json(String body) {
    return curl("-H", JSON, "-d", body);
  }

  private static Shell.Result lines(String body) {
    return curl("-H", "Content-Type: application/x-ndjson", "--data-binary", body);
  }

  private static Shell.Result file(String body) {
    return fileWith("open", body);
  }

  private static Shell.Result fileWith(String key, String body) {
    return with(
        key, "-H", JSON, "--data-binary", "@" + write("body", quoted(body).getBytes(UTF_8)));
  }

  private static Shell.Result gzip(byte[] body) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream packed = new GZIPOutputStream(out)) {
      packed.write(body);
    }
    return curl(
        "-H",
        JSON,
        "-H",
        "Content-Encoding: gzip",
        "--data-binary",
        "@" + write("packed", out.toByteArray()));
  }

  private static Shell.Result beacon(String query) {
    return plain(query, "-H", "Content-Type: text/plain", "-d", event("beacon", ""));
  }

  private static Shell.Result curl(String... arguments) {
    return with("open", arguments);
  }

  private static Shell.Result with(String key, String... arguments) {
    var all = new ArrayList<>(List.of("-H", "Authorization: Bearer " + key));
    all.addAll(List.of(arguments));
    return plain("", all.toArray(String[]::new));
  }

  /** Prints the answer's headers, its body and, on the last line, its status. */
  private static Shell.Result plain(String query, String... arguments) {
    var command = new ArrayList<>(List.of("curl", "-s", "-i", "-w", "\n%{http_code}", url + query));
    for (String argument : arguments) {
      command.add(quoted(argument));
    }
    Shell.Result result = Shell.run(command);
    assertThat(result.exit()).as(result.output()).isZero();
    return result;
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  private static String schema(int id) {
    return "Attune-Schema-Id: " + id;
  }

  private static String two() {
    return event("b-1", "") + "," + event("b-2", "'occurredAt':'2026-01-02T03:04:01Z',");
  }

  private static String event(String id, String more) {
    return "{'eventId':'contract-"
        + id
        + "','userId':'u',"
        + more
        + "'type':'clicked','clicked':{'element':'a'}}";
  }

  private static Path avro(String id) throws IOException {
    InteractionEvent event =
        InteractionEvent.newBuilder()
            .setEventId("contract-" + id)
            .setUserId("u")
            .setType("clicked")
            .setOccurredAt(System.currentTimeMillis())
            .setClicked(new Clicked("a", null))
            .build();
    var out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(EventBatch.class)
        .write(new EventBatch(null, List.of(event)), encoder);
    encoder.flush();
    return write("avro", out.toByteArray());
  }

  private static Path write(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
