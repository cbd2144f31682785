package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Sessions of two replicas with the same key, and what a guesser of passwords meets. */
@ExtendWith(OutputCaptureExtension.class)
class SignInIT {
  private static final String KEY = "session.key=0123456789abcdef0123456789abcdef";

  /** Strong enough that one look at a password shows in the time that an answer takes. */
  private static final String LOOK = String.valueOf(new BCryptPasswordEncoder(11).encode("look"));

  private static Upstream upstream;
  private static RunningConsole one;
  private static RunningConsole other;
  private static RunningConsole stranger;
  private static RunningConsole afterAChange;
  private static RunningConsole behindProxies;

  @BeforeAll
  static void start() {
    upstream = new Upstream();
    one = console(LOOK, KEY);
    other = console(LOOK, KEY);
    stranger = console(LOOK, "session.key=");
    behindProxies = console(LOOK, KEY, "attune.console.proxies=2");
    afterAChange = console(String.valueOf(new BCryptPasswordEncoder(4).encode("look")), KEY);
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
    stranger.close();
    afterAChange.close();
    behindProxies.close();
    upstream.close();
  }

  private static RunningConsole console(String hash, String session, String... more) {
    List<String> own =
        List.of(
            "attune.console.users[0].name=vera",
            "attune.console.users[0].password-hash=" + hash,
            "attune.console.users[0].role=viewer",
            "attune.console.session.secure-cookie=false",
            "attune.console." + session);
    return RunningConsole.before(
        upstream, upstream, Stream.concat(own.stream(), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void eachReplicaKnowsWhoSignedInAtAnother() throws Exception {
    String cookie = signIn(one);

    assertThat(me(one, cookie)).isEqualTo(200);
    assertThat(me(other, cookie)).isEqualTo(200);
    assertThat(me(stranger, cookie)).as("another key").isEqualTo(401);
  }

  @Test
  void aSessionEndsWithThePasswordItBeganWith() throws Exception {
    String cookie = signIn(one);

    assertThat(me(afterAChange, cookie)).isEqualTo(401);
  }

  @Test
  void knowsNoSessionThatItDidNotSign() throws Exception {
    String[] parts = signIn(one).split("[=.]");
    String ed = Base64.getUrlEncoder().withoutPadding().encodeToString("ed".getBytes());
    long later = Long.parseLong(parts[2]) + 1;

    for (String forged :
        new String[] {
          ed + "." + parts[2] + "." + parts[3],
          parts[1] + "." + later + "." + parts[3],
          parts[1] + "." + parts[2] + ".",
          parts[1] + "." + parts[2],
          "%%%.x.y",
          ".."
        }) {
      assertThat(me(one, parts[0] + "=" + forged)).as(forged).isEqualTo(401);
    }
  }

  /** A form where a script was asked for is a broken page; what is asked for by a person is not. */
  @Test
  void aScriptIsToldThatTheSessionIsOverAndAPersonIsLedToTheForm() throws Exception {
    for (String script : new String[] {"/pages/models.js", "/app.js", "/api/me"}) {
      assertThat(one.get(script, Map.of()).statusCode()).as(script).isEqualTo(401);
    }

    var page = one.get("/", Map.of());
    assertThat(page.statusCode()).isEqualTo(302);
    assertThat(page.headers().firstValue("Location")).hasValue("/login");
    assertThat(one.get("/login.js", Map.of()).statusCode()).isEqualTo(200);
    assertThat(one.get("/storage.js", Map.of()).statusCode()).isEqualTo(200);
  }

  @Test
  void signingOutTakesTheCookieAway() throws Exception {
    String cookie = signIn(one);

    var answer = one.send("POST", "/logout", "", Map.of("Cookie", cookie));

    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("attune-console=;")
        .contains("Max-Age=0");
  }

  @Test
  void slowsCountsAndLogsWhoGuesses(CapturedOutput log) throws Exception {
    int failed = 0;
    while (form(other, "vera", "guess" + failed).equals("/login?error")) {
      failed++;
    }

    assertThat(failed).isBetween(5, 15); // more than 5 where an attempt takes longer than its wait
    assertThat(form(other, "vera", "guess")).startsWith("/login?wait=");
    assertThat(other.manage("/actuator/prometheus").body())
        .contains("attune_console_sign_ins_total{outcome=\"failed\"} " + failed + ".0")
        .contains("attune_console_sign_ins_total{outcome=\"slowed\"} 2.0");
    assertThat(log).contains("failed sign-in of vera from 127.0.0.1").doesNotContain("guess");
  }

  /** Two proxies have written the last two; what is before them, the browser may have. */
  @Test
  void behindProxiesAGuesserSlowsNobodyElse(CapturedOutput log) throws Exception {
    Map<String, String> guesser = forwarded("198.51.100.7, 203.0.113.9:4711, 10.0.0.5");
    int failed = 0;
    while (failed < 20 && location(behindProxies, "guess", guesser).equals("/login?error")) {
      failed++;
    }
    assertThat(failed).isBetween(5, 15);
    assertThat(log).contains("failed sign-in of vera from 203.0.113.9");

    for (String same :
        new String[] {
          "192.0.2.1, 203.0.113.9, 10.0.0.6", "203.0.113.9,10.0.0.5", "x, [::ffff:203.0.113.9], y"
        }) {
      assertThat(location(behindProxies, "look", forwarded(same)))
          .as(same)
          .startsWith("/login?wait=");
    }
    assertThat(location(behindProxies, "look", forwarded("203.0.113.9, 2001:db8::1, 10.0.0.5")))
        .isEqualTo("/");
    assertThat(log).contains("vera signed in from 2001:db8:0:0:0:0:0:1");
  }

  /** Whoever comes past the proxies, and what no proxy writes, has the connection's address. */
  @Test
  void anEntryThatNoProxyWroteIsNoAddress(CapturedOutput log) throws Exception {
    for (String entries :
        new String[] {"203.0.113.8", "localhost, 10.0.0.5", "unknown, 10.0.0.5", ", "}) {
      assertThat(location(behindProxies, "look", forwarded(entries))).as(entries).isEqualTo("/");
    }
    assertThat(location(one, "look", forwarded("203.0.113.8, 203.0.113.8"))).isEqualTo("/");

    assertThat(log).contains("vera signed in from 127.0.0.1").doesNotContain("203.0.113.8");
  }

  private static Map<String, String> forwarded(String entries) {
    return Map.of("X-Forwarded-For", entries);
  }

  private static String location(
      RunningConsole console, String password, Map<String, String> headers) throws Exception {
    return post(console, "vera", password, headers).headers().firstValue("Location").orElseThrow();
  }

  @Test
  void tellsTheAuditLogWhoSignedInAndWhoWasRefused() throws Exception {
    upstream.signIns.clear();
    var unused = signIn(one);
    assertThat(form(one, "my-secret", "x")).isEqualTo("/login?error");

    await().until(() -> upstream.signIns.size() == 2);
    assertThat(upstream.signIns)
        .extracting(Upstream.Seen::body)
        .satisfiesExactlyInAnyOrder(
            body -> assertThat(body).contains("\"name\":\"vera\"", "127.0.0.1", "\"allowed\":true"),
            body ->
                assertThat(body)
                    .contains("an unknown name", "\"allowed\":false")
                    .doesNotContain("my-secret"));
    assertThat(upstream.signIns)
        .extracting(Upstream.Seen::authorization)
        .containsOnly("Bearer key");
  }

  /** It may be a password in the wrong field. */
  @Test
  void namesNobodyWhomItDoesNotKnow(CapturedOutput log) throws Exception {
    assertThat(form(one, "my-secret", "x")).isEqualTo("/login?error");

    assertThat(log).contains("failed sign-in of an unknown name").doesNotContain("my-secret");
  }

  @Test
  void takesAsLongForANameThatNobodyHas() throws Exception {
    long[] known = new long[4];
    long[] unknown = new long[4];
    for (int i = 0; i < known.length; i++) {
      known[i] = nanos("vera");
      unknown[i] = nanos("nobody");
    }
    Arrays.sort(known);
    Arrays.sort(unknown);

    // one look at a password takes some 100 ms, an answer without it some 5
    assertThat((double) unknown[0] / known[0]).isBetween(0.4, 2.5);
  }

  private static long nanos(String name) throws Exception {
    long begin = System.nanoTime();
    assertThat(form(stranger, name, "guess")).isEqualTo("/login?error");
    return System.nanoTime() - begin;
  }

  private static int me(RunningConsole console, String cookie) throws Exception {
    return console.get("/api/me", Map.of("Cookie", cookie)).statusCode();
  }

  private static String signIn(RunningConsole console) throws Exception {
    var answer = post(console, "vera", "look");
    assertThat(answer.headers().firstValue("Location")).hasValue("/");
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }

  private static String form(RunningConsole console, String name, String password)
      throws Exception {
    return post(console, name, password).headers().firstValue("Location").orElseThrow();
  }

  private static HttpResponse<String> post(RunningConsole console, String name, String password)
      throws Exception {
    return post(console, name, password, Map.of());
  }

  private static HttpResponse<String> post(
      RunningConsole console, String name, String password, Map<String, String> more)
      throws Exception {
    var headers = new HashMap<>(more);
    headers.put("Content-Type", "application/x-www-form-urlencoded");
    return console.send(
        "POST", "/login", "username=%s&password=%s".formatted(name, password), headers);
  }
}
