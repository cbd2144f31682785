package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.ServerProcess;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers at what the local stack has switched off and an installation has not: limits of a key,
 * tokens of a provider, and people who sign in at the console. A gateway and a console beside those
 * of the running stack.
 */
class HostileInstallationIT {
  private static final long ATTACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  private static final int LEAST_BATCHES = 12;

  /** The defaults that docs/security.md lists. */
  private static final int NEW_USERS = 50;

  private static final int NEW_USERS_BURST = 1000;
  private static final int PER_USER = 20;
  private static final int USER_BURST = 200;

  @TempDir private static Path folder;

  private static StackSettings stack;
  private static TokenProvider provider;
  private static ServerProcess gateway;
  private static URI events;
  private static LocalStack console;
  private static ConsoleClient people;

  @BeforeAll
  static void start() throws Exception {
    stack = RunningStack.shared().settings();
    provider = new TokenProvider();
    var server =
        GatewayServer.withKeys(
            stack,
            List.of(
                GatewayServer.key("flooded", "write", "*"),
                GatewayServer.key("noisy", "write", "*"),
                GatewayServer.key("others", "write", "*")),
            provider.environment());
    gateway = ServerProcess.start(server, stack.home().resolve("logs/installed-gateway.log"));
    events = URI.create("http://127.0.0.1:" + server.port() + "/v1/events");
    StackSettings beside =
        stack.beside(
            Part.CONSOLE,
            folder,
            Map.of(
                "ATTUNE_CONSOLE_USERS_0_NAME", "vera",
                "ATTUNE_CONSOLE_USERS_0_PASSWORDHASH", ConsoleClient.HASH_OF_LOOK,
                "ATTUNE_CONSOLE_USERS_0_ROLE", "viewer",
                "ATTUNE_CONSOLE_USERS_1_NAME", "ed",
                // change
                "ATTUNE_CONSOLE_USERS_1_PASSWORDHASH",
                    "$2b$04$bbcdefghijklmnopqrstuuph3wNxiZ5saFnyxuErp/tN5PnB4yToq",
                "ATTUNE_CONSOLE_USERS_1_ROLE", "editor"));
    console = new LocalStack(beside, StackListener.SILENT);
    console.up(Part.CONSOLE);
    people = new ConsoleClient(beside.consoleUrl());
    gateway.awaitReady(Duration.ofSeconds(120));
  }

  @AfterAll
  static void stop() {
    if (console != null) {
      console.stop(Part.CONSOLE);
    }
    if (gateway != null) {
      gateway.stop();
    }
    provider.close();
  }

  @Test
  void forgedTokensOpenNothing() throws Exception {
    assertThat(post(provider.rightful(), event("of-the-server")).statusCode()).isEqualTo(200);

    Map<String, Integer> answered = new TreeMap<>();
    for (Map.Entry<String, String> forged : provider.forged().entrySet()) {
      HttpResponse<String> answer = post(forged.getValue(), event("forger"));
      answered.put(forged.getKey(), answer.statusCode());
      assertThat(answer.body()).contains("\"code\":\"unauthenticated\"");
    }

    assertThat(answered).hasSizeGreaterThan(10).allSatisfy((_, s) -> assertThat(s).isEqualTo(401));
  }

  @Test
  void aFloodOfInventedUsersIsHeld() throws Exception {
    Flood flood = flood("flooded", 250, n -> "invented-" + n);

    assertThat((double) flood.accepted)
        .isBetween((double) NEW_USERS_BURST, NEW_USERS_BURST + NEW_USERS * flood.seconds);
  }

  @Test
  void aFloodOfOneUserIsHeld() throws Exception {
    Flood flood = flood("noisy", 100, _ -> "flooder");

    assertThat((double) flood.accepted)
        .isBetween((double) USER_BURST, USER_BURST + PER_USER * flood.seconds);
  }

  private record Flood(int accepted, double seconds) {}

  /**
   * Only the attacker's key is told to wait; users of another one, and of the stack, are served.
   */
  private static Flood flood(String key, int batch, IntFunction<String> user) throws Exception {
    List<HttpResponse<String>> refused = new ArrayList<>();
    int[] accepted = new int[1];
    long start = System.nanoTime();
    HonestClients others =
        HonestClients.during(
            stack,
            () -> {
              for (int n = 0; goesOn(start, n / batch); n += batch) {
                int first = n;
                HttpResponse<String> answer = sent(key, batch(batch, i -> user.apply(first + i)));
                if (answer.statusCode() == 200) {
                  accepted[0] += batch;
                } else {
                  refused.add(answer);
                }
                assertThat(sent("others", event("honest-" + n / batch % 40)).statusCode())
                    .isEqualTo(200);
              }
            });
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(others.failures()).as("of honest clients").isEmpty();
    assertThat(refused)
        .isNotEmpty()
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(429);
              assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
            });
    return new Flood(accepted[0], seconds);
  }

  /** Also on a slow machine there are more than the limits let through. */
  private static boolean goesOn(long start, int batches) {
    return System.nanoTime() - start < ATTACK_NANOS || batches < LEAST_BATCHES;
  }

  /** What changes something, and what a viewer may see. */
  private record Ask(String method, String path) {}

  private static final List<Ask> CHANGES =
      List.of(
          new Ask("POST", "/api/inference/v1/models/rollback"),
          new Ask("POST", "/api/inference/v1/models/none/promote"),
          new Ask("POST", "/api/inference/v1/models/none/canary"),
          new Ask("POST", "/api/inference/v1/models/none/shadow"),
          new Ask("DELETE", "/api/inference/v1/models/canary"),
          new Ask("DELETE", "/api/responses/v1/users/somebody"));

  private static final List<Ask> VIEWS =
      List.of(
          new Ask("GET", "/api/me"),
          new Ask("GET", "/api/responses/v1/kpis"),
          new Ask("GET", "/api/inference/v1/models"),
          new Ask("GET", "/api/overview"));

  @Test
  void aViewerChangesNothingAndAStrangerSeesNothing() throws Exception {
    String vera = people.signIn("vera", "look");
    String ed = people.signIn("ed", "change");

    for (Ask view : VIEWS) {
      assertThat(ask(view, vera)).as("vera's %s", view).isEqualTo(200);
      assertThat(ask(view, "")).as("nobody's %s", view).isEqualTo(401);
    }
    List<String> forged =
        List.of(
            "attune-console=",
            "attune-console=..",
            // the editor's name before the viewer's signature
            ed.substring(0, ed.indexOf('.')) + vera.substring(vera.indexOf('.')),
            vera.substring(0, vera.lastIndexOf('.') + 1),
            vera + "x");
    for (Ask change : CHANGES) {
      assertThat(ask(change, vera)).as("vera's %s", change).isEqualTo(403);
      assertThat(ask(change, "")).as("nobody's %s", change).isEqualTo(401);
      for (String cookie : forged) {
        assertThat(ask(change, cookie)).as("%s with %s", change, cookie).isEqualTo(401);
      }
    }
    assertThat(ask(new Ask("DELETE", "/api/responses/v1/users/nobody-at-all"), ed))
        .as("an editor's erasure")
        .isEqualTo(202);
  }

  @Test
  void whoGuessesAPasswordIsSlowed() throws Exception {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      answers.add(people.afterForm("ghost", "guess" + i));
    }

    assertThat(answers).startsWith("/login?error").allMatch(to -> to.startsWith("/login?"));
    assertThat(answers.getLast()).startsWith("/login?wait=");
  }

  private static int ask(Ask ask, String cookie) throws IOException {
    return people.ask(ask.method, ask.path, cookie).statusCode();
  }

  private static HttpResponse<String> sent(String key, String body) {
    try {
      return post(key, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<String> post(String key, String body) throws IOException {
    return BoundedHttp.send(
        HttpRequest.newBuilder(events)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8))));
  }

  private static String batch(int events, IntFunction<String> user) {
    return IntStream.range(0, events)
        .mapToObj(n -> event(user.apply(n)))
        .collect(Collectors.joining(",", "{\"events\":[", "]}"));
  }

  private static String event(String user) {
    return "{\"eventId\":\"%s\",\"userId\":\"%s\",\"type\":\"session_started\"}"
        .formatted(UUID.randomUUID(), user);
  }
}
