package dev.attune.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.attune.http.Endpoint.Admission;
import dev.attune.tracing.TraceSpan;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The plain twin: the same endpoint in the JDK's server, a thread a request. It shows that the
 * contract is HTTP's and not our server's.
 */
class JdkServerTest extends HttpEdgeContract {
  private static final BodyBudget BUDGET = new BodyBudget(1 << 20, 1 << 20);
  private static final Endpoint ENDPOINT = new EchoEndpoint();

  private static HttpServer server;
  private static ExecutorService threads;

  @BeforeAll
  static void start() throws IOException {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", JdkServerTest::serve);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    threads.close();
  }

  @Override
  int port() {
    return server.getAddress().getPort();
  }

  private static void serve(HttpExchange exchange) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    try (Body body = new Body(BUDGET, "k", EchoEndpoint.MAX_BODY)) {
      HttpAnswer answer = answer(exchange, body);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.status(), head || length == 0 ? -1 : length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
    exchange.close();
  }

  private static HttpAnswer answer(HttpExchange exchange, Body body) {
    String path = exchange.getRequestURI().getPath();
    try {
      Problem broken = read(exchange, body);
      return broken == null ? handled(exchange, path, body) : broken.answer(path);
    } catch (Problem refusal) {
      return refusal.answer(path);
    } catch (CompletionException e) {
      return (e.getCause() instanceof Problem p ? p : Problem.internal()).answer(path);
    } catch (RuntimeException e) {
      return Problem.internal().answer(path);
    }
  }

  private static @Nullable Problem read(HttpExchange exchange, Body body) {
    Problem tooLarge = null;
    byte[] chunk = new byte[1024];
    try {
      for (int n = exchange.getRequestBody().read(chunk);
          n >= 0;
          n = exchange.getRequestBody().read(chunk)) {
        if (tooLarge == null) {
          tooLarge = body.add(Unpooled.wrappedBuffer(chunk, 0, n));
        }
      }
      return tooLarge;
    } catch (IOException e) {
      exchange.getResponseHeaders().set("Connection", "close");
      return Problem.malformed("The body's framing is broken.");
    }
  }

  private static HttpAnswer handled(HttpExchange exchange, String path, Body body) {
    if (!path.equals(ENDPOINT.path())) {
      throw Problem.notFound("No such path.");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      throw Problem.methodNotAllowed("POST");
    }
    HttpRequest head =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, exchange.getRequestURI().toString());
    exchange.getRequestHeaders().forEach((name, values) -> head.headers().set(name, values));
    return switch (ENDPOINT.admit(head)) {
      case Admission.Refused(Problem refusal) -> throw refusal;
      case Admission.Pending pending -> throw Problem.internal();
      case Admission.Admitted admitted ->
          admitted
              .handler()
              .answer(body, TraceSpan.NONE, Runnable::run)
              .toCompletableFuture()
              .join();
    };
  }
}
