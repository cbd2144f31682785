package dev.attune.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The endpoint of the contract: says what it was sent, or fails as the body asks it to. */
final class EchoEndpoint implements Endpoint {
  static final int MAX_BODY = 10_000;

  private static final AtomicInteger WAITING = new AtomicInteger();
  private static final AtomicReference<CompletableFuture<Void>> GATE =
      new AtomicReference<>(new CompletableFuture<>());

  /** Until so many requests wait. */
  static void awaitWaiting(int requests) {
    await().atMost(Duration.ofSeconds(20)).until(() -> WAITING.get() == requests);
  }

  /** Lets those go on that wait. */
  static void release() {
    WAITING.set(0);
    Objects.requireNonNull(GATE.getAndSet(new CompletableFuture<>())).complete(null);
  }

  @Override
  public String path() {
    return "/busy";
  }

  /** A key {@code token…} is asked about elsewhere, which takes until {@link #release}. */
  @Override
  public Admission admit(HttpRequest head) {
    String key = head.headers().get("Authorization", "");
    if (!key.startsWith("Bearer token")) {
      return verdict(head, key);
    }
    WAITING.incrementAndGet();
    return new Admission.Pending(gate().thenApplyAsync(open -> verdict(head, key)));
  }

  private static Admission.Verdict verdict(HttpRequest head, String key) {
    return key.isEmpty() || key.endsWith("false")
        ? new Admission.Refused(Problem.unauthenticated("A key is needed."))
        : new Admission.Admitted(key, MAX_BODY, (body, span, thread) -> answer(head, body.bytes()));
  }

  private static CompletableFuture<Void> gate() {
    return Objects.requireNonNull(GATE.get());
  }

  private static CompletableFuture<HttpAnswer> answer(HttpRequest head, byte[] body) {
    String text = new String(body, UTF_8);
    return switch (text.strip()) {
      case "throw" -> throw new IllegalStateException("for the test");
      case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("for the test"));
      case "refuse" -> CompletableFuture.failedFuture(Problem.invalid("userId", "Needed."));
      case "later" -> CompletableFuture.supplyAsync(() -> echo(head, body));
      case "wait" -> {
        WAITING.incrementAndGet();
        yield gate().thenApplyAsync(open -> echo(head, body));
      }
      default -> CompletableFuture.completedFuture(echo(head, body));
    };
  }

  private static HttpAnswer echo(HttpRequest head, byte[] body) {
    String encoding = head.headers().get("Content-Encoding", "none");
    return HttpAnswer.of(200, "application/octet-stream", body)
        .with(Map.of("Encoding", encoding, "Asked", head.uri()));
  }

  @Override
  public void answered(int status, long nanos) {}
}
