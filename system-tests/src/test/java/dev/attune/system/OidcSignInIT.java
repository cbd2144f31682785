package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.ServerProcess;
import java.io.IOException;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * People who sign in at the console with a real OpenID provider. One console has users of its own,
 * too; the other is a replica of it without them.
 */
class OidcSignInIT {
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
  private static final Pattern REFRESH = Pattern.compile("content=\"0; url=([^\"]+)\"");
  private static final String BEGIN = "/oauth2/authorization/oidc";
  private static final String SIGN_IN = "attune-console-oidc";
  private static final String SESSION = "attune-console";

  private static final Queue<String> SIGN_INS = new ConcurrentLinkedQueue<>();

  private static HttpServer services;
  private static int providerPort;
  private static OidcProvider provider;
  private static ServerProcess besideProcess;
  private static ServerProcess aloneProcess;
  private static String beside;
  private static String alone;
  private static String beforeTheProvider;

  @BeforeAll
  static void start() throws Exception {
    services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    services.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (exchange.getRequestURI().getPath().equals("/internal/sign-ins")) {
            SIGN_INS.add(new String(body, StandardCharsets.UTF_8));
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    services.start();
    providerPort = Ports.free();
    Path folder = Checkout.find().root().resolve("system-tests/target/oidc");
    Files.createDirectories(folder);
    var people = new HashMap<String, String>();
    people.put("ATTUNE_CONSOLE_USERS_0_NAME", "vera");
    people.put("ATTUNE_CONSOLE_USERS_0_ROLE", "viewer");
    people.put("ATTUNE_CONSOLE_USERS_0_PASSWORDHASH", ConsoleClient.HASH_OF_LOOK);
    ConsoleServer withUsers = console(folder, people);
    ConsoleServer withoutUsers = console(folder, Map.of());
    beside = withUsers.url();
    alone = withoutUsers.url();
    besideProcess = ServerProcess.start(withUsers, folder.resolve("beside.log"));
    aloneProcess = ServerProcess.start(withoutUsers, folder.resolve("alone.log"));
    besideProcess.awaitReady(Duration.ofMinutes(2));
    aloneProcess.awaitReady(Duration.ofMinutes(2));
    try (var browser = new Browser()) {
      beforeTheProvider = Browser.to(browser.get(beside + BEGIN)).orElse("");
    }
    provider = OidcProvider.start(providerPort, List.of(beside, alone));
  }

  private static ConsoleServer console(Path folder, Map<String, String> more) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), OidcProvider.SECRET + "\n");
    var environment = new HashMap<>(more);
    environment.put("ATTUNE_CONSOLE_SESSION_KEY", "0123456789abcdef0123456789abcdef");
    environment.put("ATTUNE_CONSOLE_OIDC_ISSUER", OidcProvider.issuer(providerPort));
    environment.put("ATTUNE_CONSOLE_OIDC_CLIENT_ID", OidcProvider.CLIENT);
    environment.put("ATTUNE_CONSOLE_OIDC_CLIENT_SECRET_FILE", secret.toString());
    environment.put("ATTUNE_CONSOLE_OIDC_ROLES_CLAIM", "realm_access.roles");
    environment.put("ATTUNE_CONSOLE_OIDC_EDITOR_ROLES", "ops,leads");
    environment.put("ATTUNE_CONSOLE_OIDC_VIEWER_ROLES", "staff");
    environment.put("ATTUNE_CONSOLE_OIDC_LABEL", "Shop");
    String services = "http://127.0.0.1:" + OidcSignInIT.services.getAddress().getPort();
    return ConsoleServer.before(services, folder, environment);
  }

  @AfterAll
  static void stop() {
    besideProcess.stop();
    aloneProcess.stop();
    provider.close();
    services.stop(0);
  }

  @Test
  void anEditorLooksAndChanges() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "ed")).isEqualTo(beside + "/login?signed-in");

      assertThat(browser.get(beside + "/api/me").body())
          .contains("\"name\":\"ed\"", "\"mayEdit\":true", "\"signedIn\":true");
      assertThat(rollback(browser, beside)).isEqualTo(204);
      assertThat(browser.cookie(SIGN_IN)).as("the sign-in's own cookie").isEmpty();
      HttpCookie session = browser.cookie(SESSION).orElseThrow();
      assertThat(session.isHttpOnly()).isTrue();
      assertThat(session.getMaxAge()).isBetween(8 * 3600L - 60, 8 * 3600L);
    }
    awaitRecord("ed", true);
  }

  @Test
  void aViewerOnlyLooks() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "olga")).isEqualTo(beside + "/login?signed-in");

      assertThat(browser.get(beside + "/api/responses/v1/kpis").statusCode()).isEqualTo(204);
      assertThat(rollback(browser, beside)).isEqualTo(403);
    }
  }

  @Test
  void whoHasNoneOfTheRolesIsRefused() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "mallory")).isEqualTo(beside + "/login?refused=role");

      assertThat(browser.get(beside + "/api/me").statusCode()).isEqualTo(401);
      assertThat(browser.cookie(SESSION)).isEmpty();
    }
    awaitRecord("mallory", false);
    assertThat(log(besideProcess)).contains("failed sign-in of mallory from 127.0.0.1");
  }

  @Test
  void theNameOfAUserWithAPasswordIsNotTheProvidersToGive() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "vera")).isEqualTo(beside + "/login?refused=local");
      assertThat(browser.cookie(SESSION)).isEmpty();
      awaitRecord("vera", false);

      // the replica without that user takes her in, and the console with it doesn't know the
      // session
      assertThat(signIn(browser, alone, "vera")).isEqualTo(alone + "/login?signed-in");
      assertThat(browser.get(alone + "/api/me").body()).contains("vera", "\"mayEdit\":true");
      assertThat(browser.get(beside + "/api/me").statusCode()).isEqualTo(401);

      // a viewer by her password, whatever the provider says
      var answer = browser.post(beside + "/login", Map.of("username", "vera", "password", "look"));
      assertThat(Browser.to(answer)).hasValue(beside + "/");
      assertThat(browser.get(beside + "/api/me").body()).contains("vera", "\"mayEdit\":false");
    }
  }

  @Test
  void asksTheProviderInAWayThatNobodyElseCanFinish() throws Exception {
    try (var browser = new Browser()) {
      String asked = Browser.to(browser.get(beside + BEGIN)).orElseThrow();

      assertThat(asked)
          .startsWith(OidcProvider.issuer(providerPort) + "/oauth2/authorize?")
          .contains(
              "response_type=code",
              "state=",
              "nonce=",
              "code_challenge_method=S256",
              "redirect_uri=" + beside + "/login/oauth2/code/oidc");
    }
  }

  @Test
  void aReplicaFinishesWhatAnotherBegan() throws Exception {
    try (var browser = new Browser()) {
      String back = wayBack(browser, beside, "ed");

      var answer = browser.get(back.replace(beside, alone));

      assertThat(Browser.to(answer)).hasValue(alone + "/login?signed-in");
      assertThat(browser.get(beside + "/api/me").body()).contains("\"name\":\"ed\"");
      assertThat(browser.get(alone + "/api/me").body()).contains("\"name\":\"ed\"");
    }
  }

  @Test
  void aWrongStateIsRefusedAndEndsNoSignIn() throws Exception {
    try (var browser = new Browser()) {
      String back = wayBack(browser, beside, "ed");

      var forged = browser.get(back.replaceFirst("state=[^&]+", "state=another"));
      assertThat(Browser.to(forged)).hasValue(beside + "/login?refused=incomplete");

      assertThat(Browser.to(browser.get(back))).hasValue(beside + "/login?signed-in");
    }
  }

  /** Or somebody could have others work under his name. */
  @Test
  void aSignInThatAnotherBrowserBeganIsRefused() throws Exception {
    try (var browser = new Browser();
        var other = new Browser()) {
      String back = wayBack(browser, beside, "ed");

      assertThat(Browser.to(other.get(back))).hasValue(beside + "/login?refused=incomplete");

      // with a sign-in of its own on the way, and its state, it lacks the code's verifier
      String state = wayBack(other, beside, "olga").replaceFirst(".*state=([^&]+).*", "$1");
      var stolen =
          other.get(back.replaceFirst("state=[^&]+", Matcher.quoteReplacement("state=" + state)));
      assertThat(Browser.to(stolen)).hasValue(beside + "/login?refused=incomplete");
      assertThat(other.cookie(SESSION)).isEmpty();
    }
    assertThat(log(besideProcess)).contains("incomplete, invalid_grant");
  }

  @Test
  void anIdTokenOfAnotherSignInIsRefused() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, alone, "otto")).isEqualTo(alone + "/login?refused=incomplete");
    }
    assertThat(log(aloneProcess)).contains("incomplete, invalid_nonce");
  }

  @Test
  void theSameWayBackIsGoneOnce() throws Exception {
    try (var browser = new Browser()) {
      String back = wayBack(browser, beside, "ed");
      assertThat(Browser.to(browser.get(back))).hasValue(beside + "/login?signed-in");

      assertThat(Browser.to(browser.get(back))).hasValue(beside + "/login?refused=incomplete");
    }
  }

  @Test
  void aViewerCanNotMakeHerSessionAnEditors() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "olga")).isEqualTo(beside + "/login?signed-in");
      HttpCookie session = browser.cookie(SESSION).orElseThrow();
      assertThat(session.getValue()).endsWith(".VIEWER");

      session.setValue(session.getValue().replace(".VIEWER", ".EDITOR"));

      assertThat(browser.get(beside + "/api/me").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void signingOutEndsTheSessionHereAndThere() throws Exception {
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "ed")).isEqualTo(beside + "/login?signed-in");

      HttpResponse<String> page = browser.post(beside + "/logout", Map.of());
      assertThat(page.statusCode()).isEqualTo(200);
      Matcher next = REFRESH.matcher(page.body());
      assertThat(next.find()).as(page.body()).isTrue();
      String there = next.group(1).replace("&amp;", "&");
      assertThat(there).startsWith(OidcProvider.issuer(providerPort) + "/connect/logout?");
      assertThat(Browser.to(browser.get(there))).hasValue(beside + "/login");

      assertThat(browser.get(beside + "/api/me").statusCode()).isEqualTo(401);
      HttpResponse<String> again = browser.follow(browser.get(beside + BEGIN), beside);
      assertThat(again.body()).as("the provider asks for the password").contains("_csrf");
    }
  }

  @Test
  void whoHasAPasswordHereSignsOutHere() throws Exception {
    try (var browser = new Browser()) {
      var unused = browser.post(beside + "/login", Map.of("username", "vera", "password", "look"));

      var answer = browser.post(beside + "/logout", Map.of());

      assertThat(Browser.to(answer)).hasValue(beside + "/login?logout");
      assertThat(browser.get(beside + "/api/me").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void startsBeforeTheProviderAndGoesOnWithoutIt() throws Exception {
    assertThat(beforeTheProvider).isEqualTo(beside + "/login?refused=away");
    try (var browser = new Browser()) {
      String back = wayBack(browser, beside, "ed");
      provider.close();

      assertThat(Browser.to(browser.get(back))).hasValue(beside + "/login?refused=away");
      var local = browser.post(beside + "/login", Map.of("username", "vera", "password", "look"));
      assertThat(Browser.to(local)).hasValue(beside + "/");
    } finally {
      // with other keys
      provider = OidcProvider.start(providerPort, List.of(beside, alone));
    }
    try (var browser = new Browser()) {
      assertThat(signIn(browser, beside, "ed")).isEqualTo(beside + "/login?signed-in");
    }
  }

  @Test
  void keepsThePageInABrowser() throws Exception {
    Node.assumeWithBrowser();
    Path console = Checkout.find().root().resolve("console");
    Node.install(console);

    Node.run(
        console,
        Map.of(
            "ATTUNE_CHROMIUM",
            Node.CHROMIUM.toString(),
            "ATTUNE_CONSOLE_URL",
            beside,
            "ATTUNE_BROWSER_DRIVER",
            console.resolve("package.json").toString()),
        List.of("node", "--test", "src/test/js/oidc.browser.mjs"));
  }

  /** Where the browser is in the end. */
  private static String signIn(Browser browser, String console, String name) throws Exception {
    return Browser.to(browser.get(wayBack(browser, console, name))).orElse("nowhere");
  }

  /** The address by which the provider sends the browser back, not yet asked for. */
  private static String wayBack(Browser browser, String console, String name) throws Exception {
    HttpResponse<String> page = browser.follow(browser.get(console + BEGIN), console);
    if (Browser.to(page).isEmpty()) {
      Matcher csrf = CSRF.matcher(page.body());
      assertThat(csrf.find()).as(page.body()).isTrue();
      Map<String, String> form =
          Map.of("username", name, "password", "word", "_csrf", csrf.group(1));
      page = browser.follow(browser.post(page.uri().toString(), form), console);
    }
    return Browser.to(page).orElseThrow();
  }

  private static int rollback(Browser browser, String console) throws Exception {
    return browser.change(console + "/api/inference/v1/models/rollback").statusCode();
  }

  private static void awaitRecord(String name, boolean allowed) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(SIGN_INS)
                    .anySatisfy(
                        body ->
                            assertThat(body)
                                .contains(
                                    "\"name\":\"" + name + "\"",
                                    "\"address\":\"127.0.0.1\"",
                                    "\"allowed\":" + allowed)));
  }

  private static String log(ServerProcess process) throws IOException {
    return Files.readString(process.log());
  }
}
