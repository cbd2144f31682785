package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.access.KeyRing;
import dev.attune.core.access.Scope;
import dev.attune.core.access.UserSignature;
import dev.attune.local.infra.Infra;
import dev.attune.responses.Service.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every way in, tried with every false claim: all are refused, and no refusal tells anything. There
 * is no rate limit to exceed here; the gateway has one.
 */
class AccessIT {
  private static final Infra INFRA = Infra.shared();

  private static final String WRITE = "a-write-key-of-the-shop";
  private static final String SECRET = "a-secret-key-of-the-shop";
  private static final String ORIGIN = "https://shop.example";

  /** Other tests of the same Redis have users of other names. */
  private static final String ALICE = "alice-of-the-shop";

  /** What proxies add, and what might make somebody believe the request to be another one. */
  private static final Map<String, String> FORWARDED =
      Map.of(
          "X-Forwarded-For", "127.0.0.1, ::1",
          "X-Real-IP", "127.0.0.1",
          "X-Forwarded-Host", "shop.example",
          "X-Forwarded-Proto", "https",
          "X-Forwarded-Prefix", "/actuator",
          "X-Original-URL", "/actuator/health",
          "X-HTTP-Method-Override", "OPTIONS",
          "X-Forwarded-User", ALICE,
          "Forwarded", "for=127.0.0.1;host=shop.example;proto=https");

  @TempDir private static Path folder;

  private static Service service;
  private static Predictions predictions;

  private static List<Way> readsAlice;
  private static List<Way> serversOnly;

  private record Way(String method, String path, @Nullable String body) {
    static Way get(String path) {
      return new Way("GET", path, null);
    }

    Answer with(Map<String, String> headers) {
      var all = new HashMap<>(headers);
      all.put("Content-Type", "application/json");
      return service.ask(method, path, body, all);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    StringBuilder keys = new StringBuilder();
    for (Scope scope : Scope.values()) {
      keys.append(line(scope.word(), "secret", "scopes=" + scope.word()));
    }
    keys.append(line("ended", "secret", "expires=2026-01-01"));
    keys.append(line("page", "write", "scopes=ingest " + ORIGIN));
    Path file = Files.writeString(folder.resolve("keys"), keys);
    service =
        Service.start(
                INFRA,
                "it-access.",
                "--attune.keys[0].name=shop",
                "--attune.keys[0].role=write",
                "--attune.keys[0].sha256=" + KeyRing.hash(WRITE),
                "--attune.keys[0].origins[0]=" + ORIGIN,
                "--attune.keys[1].name=shop-server",
                "--attune.keys[1].role=secret",
                "--attune.keys[1].sha256=" + KeyRing.hash(SECRET),
                "--attune.keys-file=" + file)
            .ready();
    predictions = new Predictions(INFRA.redisUri());
    predictions.put(ALICE, 0, 1, "refund", 0.9f, "frustrated");
    readsAlice =
        List.of(
            new Way("POST", "/v1/responses", ask(ALICE)),
            Way.get("/v1/users/" + ALICE),
            Way.get("/v1/users/" + ALICE + "/events"),
            Way.get("/v1/decisions/" + decisionOnAlice()));
    serversOnly =
        List.of(
            new Way("DELETE", "/v1/users/" + ALICE, null),
            Way.get("/v1/erasures"),
            Way.get("/v1/erasures/some"),
            Way.get("/v1/experiments"),
            Way.get("/v1/experiments/personalized-greeting"),
            Way.get("/v1/experiments/personalized-greeting/results"),
            Way.get("/v1/experiments/personalized-greeting/state"),
            Way.get("/v1/experiments/personalized-greeting/assignment?userId=" + ALICE),
            // it runs, so nothing is changed
            new Way(
                "POST",
                "/v1/experiments/personalized-greeting/state",
                "{\"action\":\"start\",\"reason\":\"a test\"}"),
            Way.get("/v1/kpis"),
            Way.get("/v1/audit"),
            Way.get("/v1/dead-letters"),
            Way.get("/v1/labels"),
            Way.get("/v1/labels/questions"),
            new Way("POST", "/v1/labels", "{\"eventId\":\"e\",\"label\":\"refund\"}"),
            Way.get("/v1/playbook"),
            Way.get("/v1/users"),
            Way.get("/v1/users/" + ALICE + "/preview?slot=reply"),
            Way.get("/v1/conversations"));
  }

  @AfterAll
  static void stop() {
    service.close();
    predictions.close();
  }

  @Test
  void whoMayReadIsAnswered() {
    Map<String, String> rightful = browser(signature(ALICE, 60), ORIGIN);
    for (Way way : readsAlice) {
      assertThat(way.with(bearer(SECRET)).status()).as("a server's %s", way).isEqualTo(200);
      assertThat(way.with(rightful).status()).as("alice's %s", way).isEqualTo(200);
      assertThat(way.with(and(rightful, FORWARDED)).status()).as("%s", way).isEqualTo(200);
    }
  }

  @Test
  void aKeyOpensWhatItsScopesName() {
    Map<String, Scope> needed = new LinkedHashMap<>();
    needed.put("POST /v1/responses", Scope.REPLIES);
    needed.put("GET /v1/users", Scope.READ);
    needed.put("GET /v1/conversations", Scope.READ);
    needed.put("GET /v1/playbook", Scope.READ);
    needed.put("GET /v1/decisions/", Scope.READ);
    needed.put("GET /v1/erasures/", Scope.ERASE);
    needed.put("GET /v1/erasures", Scope.READ);
    needed.put("DELETE /v1/users/", Scope.ERASE);
    needed.put("GET /v1/experiments", Scope.EXPERIMENTS);
    needed.put("POST /v1/experiments", Scope.EXPERIMENTS_WRITE);
    needed.put("GET /v1/kpis", Scope.READ);
    needed.put("GET /v1/audit", Scope.READ);
    needed.put("GET /v1/dead-letters", Scope.READ);
    needed.put("GET /v1/labels", Scope.READ);
    needed.put("POST /v1/labels", Scope.MODELS);
    for (Way way : all()) {
      String call = way.method() + " " + way.path();
      Scope scope =
          needed.entrySet().stream()
              .filter(entry -> call.startsWith(entry.getKey()))
              .findFirst()
              .orElseThrow()
              .getValue();
      for (Scope other : Scope.values()) {
        if (other != scope) {
          Answer refused = way.with(bearer(other.word()));
          assertThat(refused.status()).as("%s with %s", call, other).isEqualTo(403);
          assertThat(refused.body()).contains("lacks the scope " + scope.word());
        } else if (!way.method().equals("DELETE")) {
          assertThat(way.with(bearer(other.word())).status())
              .as("%s with %s", call, other)
              .isIn(200, 404, 409);
        }
      }
    }
  }

  @Test
  void aKeyThatHasExpiredIsToldSoEverywhere() {
    for (Way way : all()) {
      Answer answer = way.with(bearer("ended"));
      assertThat(answer.status()).as("%s", way).isEqualTo(401);
      assertThat(answer.body()).contains("This key expired at 2026-01-02T00:00:00Z.");
    }
  }

  @Test
  void aWriteKeyForEventsAloneReadsNobody() {
    Map<String, String> alice =
        and(bearer("page"), Map.of(UserSignature.HEADER, signature(ALICE, 60), "Origin", ORIGIN));
    for (Way way : all()) {
      assertThat(way.with(alice).status()).as("%s", way).isEqualTo(403);
    }
  }

  @Test
  void whenAKeyWasLastUsedIsAMetricByItsName() {
    long before = Instant.now().getEpochSecond();
    assertThat(Way.get("/v1/kpis").with(bearer("read")).status()).isEqualTo(200);

    String metrics = service.manage("/actuator/prometheus").body();
    assertThat(metrics).contains("attune_key_last_used_seconds{key=\"ended\"} 0.0");
    assertThat(metrics.lines().filter(line -> line.contains("{key=\"read\"}")))
        .singleElement()
        .satisfies(
            line ->
                assertThat(Double.parseDouble(line.substring(line.indexOf(' '))))
                    .isGreaterThanOrEqualTo(before));
    assertThat(metrics).doesNotContain(SECRET, KeyRing.hash(SECRET));
  }

  @Test
  void everyFalseClaimIsRefusedEverywhere() {
    Map<String, Map<String, String>> claims = new LinkedHashMap<>(unauthenticated());
    claims.putAll(forbidden());
    Map<String, Integer> expected = new TreeMap<>();
    Map<String, Integer> answered = new TreeMap<>();
    for (Way way : all()) {
      claims.forEach(
          (claim, headers) -> {
            int status = unauthenticated().containsKey(claim) ? 401 : 403;
            for (Map<String, String> proxy : List.of(Map.<String, String>of(), FORWARDED)) {
              String attempt = claim + ": " + way + (proxy.isEmpty() ? "" : " forwarded");
              Answer answer = way.with(and(headers, proxy));
              expected.put(attempt, status);
              answered.put(attempt, answer.status());
              assertThat(answer.body()).as(attempt).doesNotContain("refund", "frustrated");
            }
          });
    }
    assertThat(answered).isEqualTo(expected).hasSizeGreaterThan(300);
  }

  /** Whether a decision exists is nobody's business but the user's and the servers'. */
  @Test
  void aDecisionOfOthersIsAnsweredAsOneThatIsNot() {
    String bobs = decisionOn("bob-of-the-shop");
    Map<String, String> alice = browser(signature(ALICE, 60), ORIGIN);
    String forged = bobs.substring(0, bobs.length() - 4) + "ffff";
    for (String none : List.of(forged, "018f0000-0000-7000-8000-000000000000", "none")) {
      assertThat(decision(none, alice)).as(none).isEqualTo(decision(bobs, alice));
      assertThat(decision(none, bearer(WRITE))).as(none).isEqualTo(decision(bobs, bearer(WRITE)));
      assertThat(decision(none, bearer(SECRET)).status()).as(none).isEqualTo(404);
    }
    assertThat(decision(bobs, alice).status()).isEqualTo(403);
    assertThat(decision(bobs, bearer(SECRET)).status()).isEqualTo(200);
  }

  /** Before anything is looked up: a search of the topic takes up to five seconds. */
  @Test
  void anInventedDecisionCostsABrowserNoSearchOfTheTopic() {
    String invented = "018f0000-0000-7000-8000-%012x";
    Map<String, String> alice = browser(signature(ALICE, 60), ORIGIN);
    double before = searches();

    for (int i = 0; i < 20; i++) {
      assertThat(decision(invented.formatted(i), alice).status()).isEqualTo(403);
      assertThat(decision(invented.formatted(i), bearer(WRITE)).status()).isEqualTo(403);
    }
    assertThat(searches()).isEqualTo(before);

    assertThat(decision(invented.formatted(0), bearer(SECRET)).status()).isEqualTo(404);
    assertThat(searches()).as("a server's look-up is one").isEqualTo(before + 1);
  }

  private static double searches() {
    String metric = "attune_decisions_lookups_total ";
    return service
        .manage("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith(metric))
        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length())))
        .sum();
  }

  /** Its answer without the path, which tells the id. */
  private static Answer decision(String id, Map<String, String> headers) {
    Answer answer = Way.get("/v1/decisions/" + id).with(headers);
    return new Answer(answer.status(), answer.body().replace(id, "ID"));
  }

  @Test
  void aBrowsersOwnSignatureOpensNothingOfServers() {
    for (Way way : serversOnly) {
      Map<String, String> alice = browser(signature(ALICE, 60), ORIGIN);
      assertThat(way.with(alice).status()).as("%s", way).isEqualTo(403);
    }
  }

  @Test
  void bodiesBeyondTheirLimitsAreRefused() {
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("malformed: a user's id of 129", ask("u".repeat(129)));
    bodies.put("malformed: no user's id", "{\"slot\":\"greeting\"}");
    bodies.put("malformed: a control character", ask("a\\u0000b"));
    bodies.put("malformed: 51 variables", variables(51, 1));
    bodies.put("malformed: a variable of 10,001", variables(1, 10_001));
    bodies.put("malformed: nested 40 deep", "[".repeat(40) + "]".repeat(40));
    bodies.put("malformed: a batch of requests", "[" + ask("a") + "," + ask("b") + "]");
    bodies.put("malformed: two requests", ask("a") + ask("b"));
    bodies.put("malformed: a key twice", "{\"userId\":\"a\",\"userId\":\"b\"}");
    bodies.put("malformed: a wait of an hour", asking("\"waitMs\":3600000"));
    bodies.put(
        "too_large: 64 KiB and one", " ".repeat(64 * 1024 - ask("a").length() + 1) + ask("a"));
    bodies.put("too_large: 1 MiB", " ".repeat(1 << 20));
    bodies.forEach(
        (what, body) -> {
          Answer answer = new Way("POST", "/v1/responses", body).with(bearer(SECRET));
          String code = what.substring(0, what.indexOf(':'));
          assertThat(answer.status()).as(what).isEqualTo(code.equals("too_large") ? 413 : 400);
          assertThat(code(answer)).as(what).isEqualTo(code);
        });
    assertThat(new Way("POST", "/v1/responses", variables(50, 1)).with(bearer(SECRET)).status())
        .isEqualTo(200);
  }

  @Test
  void aBodyOfUnknownLengthIsReadNoFurtherThanItsLimit() {
    // the server reads and drops up to 2 MB of a refused body; beyond that it hangs up in mid-air
    byte[] huge = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    Answer answer =
        service.ask(
            "POST",
            "/v1/responses",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(huge)),
            and(bearer(SECRET), Map.of("Content-Type", "application/json")));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(code(answer)).isEqualTo("too_large");
  }

  /** By what is wrong with them; answered 401. */
  private static Map<String, Map<String, String>> unauthenticated() {
    Map<String, Map<String, String>> claims = new LinkedHashMap<>();
    claims.put("no key", Map.of());
    claims.put("an empty key", Map.of("Authorization", "Bearer "));
    claims.put("an unknown key", bearer("no-such-key"));
    // the local profile's, which the configured keys have replaced
    claims.put("a withdrawn key", bearer("local-secret"));
    claims.put("a key's hash", bearer(KeyRing.hash(SECRET)));
    claims.put("a key and more", bearer(SECRET + "x"));
    claims.put("part of a key", bearer(SECRET.substring(1)));
    claims.put("another scheme", Map.of("Authorization", "Basic " + SECRET));
    claims.put("a key without a scheme", Map.of("Authorization", SECRET));
    claims.put("a signature alone", Map.of(UserSignature.HEADER, signature(ALICE, 60)));
    return claims;
  }

  /** A write key with what is wrong with the rest; answered 403. */
  private static Map<String, Map<String, String>> forbidden() {
    String valid = signature(ALICE, 60);
    String digest = valid.substring(valid.indexOf('.'));
    Map<String, Map<String, String>> claims = new LinkedHashMap<>();
    claims.put("a write key alone", bearer(WRITE));
    claims.put("no signature", and(bearer(WRITE), Map.of("Origin", ORIGIN)));
    claims.put("another user's signature", browser(signature("bob", 60), ORIGIN));
    claims.put("an expired signature", browser(signature(ALICE, -60), ORIGIN));
    claims.put("a signature for ten years", browser(signature(ALICE, 315_360_000), ORIGIN));
    claims.put(
        "another secret's signature",
        browser(
            UserSignature.sign("another-secret-of-length", ALICE, Instant.now().plusSeconds(60)),
            ORIGIN));
    claims.put(
        "a prolonged signature",
        browser(Instant.now().plus(Duration.ofDays(1)).getEpochSecond() + digest, ORIGIN));
    claims.put("half a signature", browser(valid.substring(0, valid.length() - 32), ORIGIN));
    claims.put(
        "a signature without its end", browser(valid.substring(0, valid.indexOf('.') + 1), ORIGIN));
    claims.put("a secret key in a browser", and(bearer(SECRET), Map.of("Origin", ORIGIN)));
    claims.put("a secret key in a file", and(bearer(SECRET), Map.of("Origin", "null")));
    claims.put("another origin", browser(valid, "https://evil.example"));
    claims.put("an origin that begins alike", browser(valid, ORIGIN + ".evil.example"));
    claims.put("an origin that ends alike", browser(valid, "https://evil-shop.example"));
    claims.put("an origin without encryption", browser(valid, "http://shop.example"));
    claims.put("the origin of a file", browser(valid, "null"));
    return claims;
  }

  private static List<Way> all() {
    List<Way> all = new ArrayList<>(readsAlice);
    all.addAll(serversOnly);
    return all;
  }

  /** A key that is its own name. */
  private static String line(String name, String role, String more) {
    return "%s %s %s %s%n".formatted(name, role, KeyRing.hash(name), more);
  }

  private static String decisionOnAlice() {
    return decisionOn(ALICE);
  }

  private static String decisionOn(String user) {
    var response = service.post(ask(user), bearer(SECRET));
    return Service.json(response).path("decisionId").asString();
  }

  private static String signature(String user, long seconds) {
    return UserSignature.sign(Service.IDENTITY_SECRET, user, Instant.now().plusSeconds(seconds));
  }

  private static Map<String, String> bearer(String key) {
    return Map.of("Authorization", "Bearer " + key);
  }

  private static Map<String, String> browser(String signature, String origin) {
    return and(bearer(WRITE), Map.of(UserSignature.HEADER, signature, "Origin", origin));
  }

  private static Map<String, String> and(Map<String, String> some, Map<String, String> others) {
    var both = new HashMap<>(some);
    both.putAll(others);
    return both;
  }

  private static String ask(String user) {
    return "{\"userId\":\"" + user + "\",\"slot\":\"greeting\"}";
  }

  private static String asking(String more) {
    return "{\"userId\":\"u\",\"slot\":\"greeting\"," + more + "}";
  }

  private static String variables(int count, int length) {
    Map<String, String> variables = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      variables.put("v" + i, "x".repeat(length));
    }
    return asking("\"variables\":" + JsonMapper.shared().writeValueAsString(variables));
  }

  private static String code(Answer answer) {
    return JsonMapper.shared().readTree(answer.body()).path("code").asString();
  }
}
