package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.ArrayList;
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

/**
 * A console whose OpenID provider is away, and strangers on the way back from it. Sign-ins with a
 * real provider are in {@code OidcSignInIT} of system-tests: that one needs another kind of server.
 */
@ExtendWith(OutputCaptureExtension.class)
class OidcIT {
  private static final String[] PROVIDER = {
    "attune.console.oidc.issuer=http://127.0.0.1:1",
    "attune.console.oidc.client-id=console",
    "attune.console.oidc.viewer-roles=staff",
    "attune.console.oidc.label=Shop & Co <b>",
    "attune.console.session.secure-cookie=false"
  };

  private static Upstream upstream;
  private static RunningConsole alone;
  private static RunningConsole beside;

  @BeforeAll
  static void start() {
    upstream = new Upstream();
    alone = RunningConsole.before(upstream, upstream, PROVIDER);
    String hash = String.valueOf(new BCryptPasswordEncoder(4).encode("look"));
    beside =
        RunningConsole.before(
            upstream,
            upstream,
            Stream.concat(
                    Stream.of(PROVIDER),
                    Stream.of(
                        "attune.console.users[0].name=vera",
                        "attune.console.users[0].password-hash=" + hash,
                        "attune.console.users[0].role=viewer"))
                .toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    alone.close();
    beside.close();
    upstream.close();
  }

  @Test
  void asksForAPasswordOnlyWhereSomebodyHasOne() throws Exception {
    String page = alone.get("/login", Map.of()).body();

    assertThat(page)
        .contains("Sign in with Shop &amp; Co &lt;b&gt;</a>", "href=\"/oauth2/authorization/oidc\"")
        .doesNotContain("<form", "password");
    assertThat(beside.get("/login", Map.of()).body()).contains("<form", "/oauth2/authorization");
    assertThat(beside.get("/login?signed-in", Map.of()).body())
        .contains("login.js")
        .doesNotContain("<form", "/oauth2/authorization");
  }

  @Test
  void isClosedWithoutUsersOfItsOwn() throws Exception {
    assertThat(alone.get("/api/me", Map.of()).statusCode()).isEqualTo(401);
    assertThat(location(alone.get("/", Map.of("Accept", "text/html")))).isEqualTo("/login");
    assertThat(form(alone).statusCode()).isEqualTo(405);
  }

  @Test
  void whoHasAPasswordSignsInWhileTheProviderIsAway(CapturedOutput log) throws Exception {
    assertThat(location(form(beside))).isEqualTo("/");

    assertThat(location(beside.get("/oauth2/authorization/oidc", Map.of())))
        .isEqualTo("/login?refused=away");
    assertThat(log).contains("the OpenID provider http://127.0.0.1:1", "Connection refused");
  }

  @Test
  void knowsNoOtherProvider() throws Exception {
    assertThat(alone.get("/oauth2/authorization/other", Map.of()).statusCode()).isEqualTo(400);
  }

  @Test
  void recordsStrangersOnTheWayBackButNotAFloodOfThem() throws Exception {
    upstream.signIns.clear();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(location(alone.get("/login/oauth2/code/oidc?code=x&state=y" + i, Map.of())));
    }

    assertThat(answers).containsOnly("/login?refused=incomplete");
    await().until(() -> upstream.signIns.size() >= 5);
    assertThat(upstream.signIns)
        .hasSizeBetween(5, 12)
        .extracting(Upstream.Seen::body)
        .allSatisfy(
            body -> assertThat(body).contains("an unknown name", "127.0.0.1", "\"allowed\":false"));
    assertThat(alone.manage("/actuator/prometheus").body())
        .containsPattern("attune_console_sign_ins_total\\{outcome=\"slowed\"} [1-9]");
  }

  @Test
  void takesNoCookieForThatOfASignInOnItsWay() throws Exception {
    var answer =
        beside.get(
            "/login/oauth2/code/oidc?code=x&state=y",
            Map.of("Cookie", "attune-console-oidc=AAAA; attune-console=dmVyYQ.1.AA.EDITOR"));

    assertThat(location(answer)).isEqualTo("/login?refused=incomplete");
    assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void aWrongSettingStopsTheStart() {
    assertThatThrownBy(
            () ->
                RunningConsole.before(
                    upstream, upstream, "attune.console.oidc.issuer=http://login.example.com"))
        .rootCause()
        .hasMessageContaining("attune.console.oidc.issuer must be an https URL");
  }

  private static HttpResponse<String> form(RunningConsole console) throws Exception {
    return console.send(
        "POST",
        "/login",
        "username=vera&password=look",
        Map.of("Content-Type", "application/x-www-form-urlencoded"));
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("none, " + answer.statusCode());
  }
}
