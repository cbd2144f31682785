package dev.attune.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.attune.core.access.UserSignature;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.Part;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * A request that must get nothing.
 *
 * @param group what kind of attack it is of
 * @param to who is asked
 * @param text as it goes over the wire
 * @param statuses one of which it must be answered with; empty: any 4xx
 */
record HostileRequest(String group, Part to, String text, Set<Integer> statuses) {
  private static final Set<Integer> ANY = Set.of();

  /** That something isn't there, or is asked for in a wrong way, says too much to a stranger. */
  private static final Set<Integer> CLOSED = Set.of(401, 403);

  private static final List<Part> ALL =
      List.of(Part.GATEWAY, Part.RESPONSES, Part.INFERENCE, Part.STREAMS, Part.CONSOLE);
  private static final List<Part> FACING = List.of(Part.GATEWAY, Part.RESPONSES);
  private static final String SECRET = "local-identity-secret";
  private static final String NOTHING = "Content-Length: 0\r\n";

  static List<HostileRequest> all() {
    List<HostileRequest> all = new ArrayList<>();
    smuggling(all);
    paths(all);
    keys(all);
    forgedTokens(all);
    signatures(all);
    origins(all);
    pagesOfOthers(all);
    forgedRecords(all);
    return all;
  }

  /** Two servers could read them differently; a second request is hidden behind the first. */
  private static void smuggling(List<HostileRequest> all) {
    String hidden = "GET /openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    List<String> framings =
        List.of(
            "Content-Length: 4\r\nContent-Length: 0\r\n",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding:\u000bchunked\r\n",
            "Content-Length: +4\r\n",
            "Content-Length: -4\r\n",
            "Content-Length: 0x4\r\n",
            "Content-Length: 4 4\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length : 4\r\n",
            " Content-Length: 4\r\n");
    for (Part part : FACING) {
      String head = "POST " + path(part) + " HTTP/1.1\r\nHost: a\r\n";
      for (String framing : framings) {
        all.add(
            new HostileRequest("smuggling", part, head + framing + "\r\n0\r\n\r\n" + hidden, ANY));
      }
    }
  }

  private static String path(Part part) {
    return part == Part.GATEWAY ? "/v1/events" : "/v1/responses";
  }

  /** Ways round what is closed. */
  private static void paths(List<HostileRequest> all) {
    List<String> paths =
        List.of(
            "/actuator/prometheus",
            "//actuator/prometheus",
            "/./actuator/prometheus",
            "/x/../actuator/prometheus",
            "/actuator;x=y/prometheus",
            "/actuator/prometheus;.json",
            "/actuator/heapdump",
            "/actuator/env",
            "/ACTUATOR/prometheus",
            "/%61ctuator/prometheus",
            "/actuator%2fprometheus",
            "/actuator/..%2f..%2fetc/passwd",
            "/..%5c..%5cetc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/....//....//etc/passwd",
            "/META-INF/MANIFEST.MF",
            "/application.yaml",
            "/openapi.json/../v1/experiments",
            "/openapi.json/../v1/models",
            "/actuator/../v1/models",
            "/v2/../v1/models",
            "/v2/./../v1/models",
            "/v2/..;/v1/models",
            "/v2/%2e%2e/v1/models",
            "/v2/..%2fv1/models",
            "/v2/..\\v1/models",
            "//v1/models",
            "/v1;x=y/models",
            "/V1/models",
            "/v1//kpis",
            "/v1/./kpis",
            "/v1/kpis;x=y",
            "/v1/kpis/",
            "/%76%31/kpis",
            "//internal/users/somebody?asOf=0",
            "/internal/users/somebody;x=y?asOf=0",
            "/x/../internal/users/somebody?asOf=0",
            "/internal/users/%2e%2e?asOf=0");
    for (Part part : ALL) {
      for (String path : paths) {
        all.add(new HostileRequest("paths", part, request("GET", path, ""), ANY));
      }
    }
  }

  /** No key, a wrong one, or the public one, where a secret one is needed. */
  private static void keys(List<HostileRequest> all) {
    List<String> wrong =
        List.of(
            "",
            bearer(""),
            bearer("wrong"),
            bearer(LocalKeys.WRITE),
            bearer(LocalKeys.SECRET + "x"),
            bearer(LocalKeys.SECRET.substring(1)),
            bearer("x".repeat(4_000)),
            "Authorization: Basic " + LocalKeys.SECRET + "\r\n",
            "Authorization: " + LocalKeys.SECRET + "\r\n",
            "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n");
    for (String header : wrong) {
      all.add(key(Part.RESPONSES, request("GET", "/v1/users/somebody", header)));
      all.add(key(Part.RESPONSES, request("GET", "/v1/users/somebody?history=true", header)));
      all.add(key(Part.RESPONSES, request("GET", "/v1/experiments", header)));
      all.add(key(Part.RESPONSES, request("GET", "/v1/kpis", header)));
      all.add(key(Part.RESPONSES, request("GET", "/v1/erasures", header)));
      all.add(key(Part.RESPONSES, request("DELETE", "/v1/users/somebody", header)));
      all.add(key(Part.INFERENCE, request("GET", "/v1/models", header)));
      all.add(key(Part.INFERENCE, request("POST", "/v1/models/rollback", header)));
      all.add(key(Part.STREAMS, request("GET", "/internal/users/somebody?asOf=0", header)));
    }
    String inQuery = "/v1/users/somebody?key=" + LocalKeys.SECRET;
    all.add(key(Part.RESPONSES, request("GET", inQuery, "")));
  }

  private static HostileRequest key(Part part, String text) {
    return new HostileRequest("keys", part, text, CLOSED);
  }

  /** JSON Web Tokens without a signature, or one that nobody made; for senders and for readers. */
  private static void forgedTokens(List<HostileRequest> all) {
    // {"alg":"none"}, {"alg":"HS256"}, and {"alg":"RS256","jku":"http://evil"}; {"sub":"admin"}
    List<String> heads =
        List.of(
            "eyJhbGciOiJub25lIn0",
            "eyJhbGciOiJIUzI1NiJ9",
            "eyJhbGciOiJSUzI1NiIsImprdSI6Imh0dHA6Ly9ldmlsIn0");
    for (String head : heads) {
      for (String signature : List.of("", "c2ln", "x".repeat(700))) {
        String token = bearer(head + ".eyJzdWIiOiJhZG1pbiJ9." + signature);
        for (Part part : FACING) {
          String body = token + "Content-Type: application/json\r\nContent-Length: 2\r\n";
          String text = request("POST", path(part), body) + "{}";
          all.add(new HostileRequest("forged tokens", part, text, CLOSED));
        }
      }
    }
  }

  /** Signatures of others, old ones, invented ones. */
  private static void signatures(List<HostileRequest> all) {
    Instant now = Instant.now();
    Instant later = now.plus(Duration.ofMinutes(5));
    String right = UserSignature.sign(SECRET, "ada", later);
    List<String> wrong =
        List.of(
            UserSignature.sign(SECRET, "bob", later),
            UserSignature.sign(SECRET, "ada.", later),
            UserSignature.sign(SECRET, "ada", now.minusSeconds(60)),
            UserSignature.sign(SECRET, "ada", now.plus(Duration.ofDays(800))),
            UserSignature.sign("another-secret-of-nobody", "ada", later),
            right.substring(0, right.length() - 1),
            right + "0",
            right.substring(right.indexOf('.') + 1),
            "-" + right,
            "9" + right,
            right.replace(".", ".."),
            right.substring(0, right.indexOf('.') + 1),
            ".",
            "");
    for (String signature : wrong) {
      String headers = bearer(LocalKeys.WRITE) + UserSignature.HEADER + ": " + signature + "\r\n";
      all.add(signature(request("GET", "/v1/users/ada", headers)));
      all.add(signature(request("GET", "/v1/users/ada/events", headers)));
      all.add(signature(question(headers)));
    }
    String proven = bearer(LocalKeys.WRITE) + UserSignature.HEADER + ": " + right + "\r\n";
    all.add(signature(request("GET", "/v1/users/bob", proven)));
    all.add(
        new HostileRequest(
            "signatures", Part.RESPONSES, request("GET", "/v1/users/ada%00", proven), ANY));
    all.add(signature(request("DELETE", "/v1/users/ada", proven)));
    all.add(signature(request("GET", "/v1/experiments", proven)));
    all.add(signature(request("GET", "/v1/kpis", proven)));
  }

  private static HostileRequest signature(String text) {
    return new HostileRequest("signatures", Part.RESPONSES, text, CLOSED);
  }

  private static String question(String headers) {
    String body = "{\"userId\":\"ada\",\"slot\":\"greeting\"}";
    String described = "Content-Type: application/json\r\nContent-Length: " + body.length();
    return request("POST", "/v1/responses", headers + described + "\r\n") + body;
  }

  /** Pages of others with the public key, and any page with the secret one. */
  private static void origins(List<HostileRequest> all) {
    List<String> others =
        List.of(
            "https://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example/http://localhost",
            "http://localhost@evil.example",
            "https://evil.example#localhost",
            "file://",
            "null");
    String event = Events.clicked("somebody", "#a");
    String body = "Content-Type: application/json\r\nContent-Length: " + event.length() + "\r\n";
    for (String origin : others) {
      String from = "Origin: " + origin + "\r\n";
      all.add(
          origin(
              Part.GATEWAY,
              request("POST", "/v1/events", bearer(LocalKeys.WRITE) + from + body) + event));
      all.add(
          origin(
              Part.GATEWAY,
              request("POST", "/v1/events", bearer(LocalKeys.SECRET) + from + body) + event));
      all.add(
          origin(
              Part.GATEWAY,
              request("POST", "/v1/events?key=" + LocalKeys.WRITE, from + body) + event));
      all.add(origin(Part.RESPONSES, question(bearer(LocalKeys.SECRET) + from)));
      all.add(
          origin(Part.INFERENCE, request("GET", "/v1/models", bearer(LocalKeys.SECRET) + from)));
      all.add(
          origin(
              Part.STREAMS,
              request("GET", "/internal/users/somebody?asOf=0", bearer(LocalKeys.SECRET) + from)));
    }
  }

  private static HostileRequest origin(Part part, String text) {
    return new HostileRequest("origins", part, text, CLOSED);
  }

  /** What another site can make the browser of somebody at the console send. */
  private static void pagesOfOthers(List<HostileRequest> all) {
    String ours = "Attune-Console: 1\r\n";
    for (String host :
        List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example")) {
      for (String path :
          List.of("/", "/api/me", "/api/responses/v1/users/somebody", "/api/inference/v1/models")) {
        all.add(page(request(host, "GET", path, "")));
      }
      all.add(page(request(host, "POST", "/api/inference/v1/models/rollback", ours)));
    }
    List<String> others =
        List.of(
            "",
            "Origin: https://evil.example\r\n",
            "Origin: null\r\n",
            "Content-Type: text/plain\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "X-HTTP-Method-Override: GET\r\n");
    for (String headers : others) {
      for (String path : List.of("models/rollback", "models/1/promote", "models/1/canary")) {
        all.add(page(request("localhost", "POST", "/api/inference/v1/" + path, headers + NOTHING)));
      }
      all.add(page(request("localhost", "POST", "/api/gateway/v1/events", headers + NOTHING)));
      all.add(page(request("localhost", "DELETE", "/api/responses/v1/users/somebody", headers)));
    }
    // what the console's pages never ask for
    for (String path :
        List.of(
            "/api/responses/internal/sign-ins",
            "/api/streams/internal/users/somebody?asOf=0",
            "/api/inference/v2/models/intent",
            "/api/responses/v1/../internal/sign-ins",
            "/api/responses/v1/users/../../internal/sign-ins",
            "/api/gateway/actuator/heapdump",
            "/api/gateway/actuator/prometheus/../heapdump",
            "/api/redis/v1/users/somebody",
            "/api/..;/actuator/prometheus")) {
      all.add(
          new HostileRequest(
              "console", Part.CONSOLE, request("localhost", "GET", path, ours), ANY));
    }
  }

  private static HostileRequest page(String text) {
    return new HostileRequest("console", Part.CONSOLE, text, CLOSED);
  }

  /** Properties of records that would become other fields once they are written as JSON. */
  private static void forgedRecords(List<HostileRequest> all) {
    for (String value :
        List.of(
            "",
            "}{",
            "1,\"userId\":\"other\"",
            "{\"a\":1,\"a\":2}",
            "\"\\ud800\"",
            "[".repeat(3_000) + "]".repeat(3_000))) {
      for (String name : List.of("future", "userId", "clicked.element", "context.page")) {
        String batch = batch(name, value);
        String headers =
            bearer(LocalKeys.WRITE)
                + "Content-Type: application/vnd.attune.events+avro\r\nContent-Length: "
                + batch.length()
                + "\r\n";
        all.add(
            new HostileRequest(
                "forged records",
                Part.GATEWAY,
                request("POST", "/v1/events", headers) + batch,
                Set.of(400)));
      }
    }
  }

  /** One valid event but for this property, a byte a character. */
  private static String batch(String name, String value) {
    InteractionEvent event =
        InteractionEvent.newBuilder()
            .setEventId("forged")
            .setUserId("forger")
            .setType("clicked")
            .setOccurredAt(1)
            .setReceivedAt(1)
            .setClicked(new Clicked("#a", null))
            .setProperties(Map.of(name, value))
            .build();
    var bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new SpecificDatumWriter<>(EventBatch.class)
          .write(new EventBatch(null, List.of(event)), encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(ISO_8859_1);
  }

  private static String request(String method, String path, String headers) {
    return request("localhost", method, path, headers);
  }

  private static String request(String host, String method, String path, String headers) {
    return "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
        .formatted(method, path, host, headers);
  }

  private static String bearer(String key) {
    return "Authorization: Bearer " + key + "\r\n";
  }
}
