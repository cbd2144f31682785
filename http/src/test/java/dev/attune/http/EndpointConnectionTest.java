package dev.attune.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.tracing.RequestSpans;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** A connection as its bytes come and go, between Netty's codec and what stands for Spring. */
class EndpointConnectionTest {
  private static final int BUDGET = 1_000;
  private static final int MAX_BODY = 100;
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final HttpSettings SETTINGS =
      new HttpSettings(10, 10, LONG, LONG, LONG, LONG, DataSize.ofKilobytes(1));

  private final BodyBudget budget = new BodyBudget(BUDGET, BUDGET);
  private final List<CompletableFuture<HttpAnswer>> asked = new ArrayList<>();
  private final List<String> bodies = new ArrayList<>();
  private final List<ChannelHandlerContext> passed = new ArrayList<>();
  private final List<Integer> counted = new ArrayList<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new HttpServerCodec(),
          new EndpointConnection(
              new EndpointRequest.Shared(
                  new Asked(),
                  budget,
                  origin -> origin.equals("https://shop.example"),
                  RequestSpans.OFF),
              new ClientClock(SETTINGS)),
          new Spring());

  /** Takes {@code /busy}; the test answers. */
  private final class Asked implements Endpoint {
    @Override
    public String path() {
      return "/busy";
    }

    @Override
    public Admission admit(HttpRequest head) {
      if (head.headers().contains("Stranger")) {
        return new Admission.Refused(Problem.unauthenticated("for the test"));
      }
      return new Admission.Admitted(
          "k",
          MAX_BODY,
          (body, span, thread) -> {
            bodies.add(new String(body.bytes(), UTF_8));
            CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          });
    }

    @Override
    public void answered(int status, long nanos) {
      counted.add(status);
    }
  }

  private final class Spring extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof LastHttpContent) {
        passed.add(context);
      }
      ReferenceCountUtil.release(message);
    }
  }

  @Test
  void answersInTheOrderOfTheRequestsWhoeverIsDoneFirst() {
    receive(post("/busy", "one") + post("/other", "two") + post("/busy?x=1", "three"));

    assertThat(bodies).containsExactly("one");
    assertThat(passed).isEmpty();

    answer(0, "first");
    assertThat(sent()).contains("200 OK").endsWith("first");
    assertThat(passed).hasSize(1);
    assertThat(asked).hasSize(1);

    answerAsSpring(passed.getFirst(), "second");
    assertThat(sent()).endsWith("second");
    assertThat(bodies).containsExactly("one", "three");

    answer(1, "third");
    assertThat(sent()).endsWith("third");
    assertThat(budget.used()).isZero();
    assertThat(channel.isActive()).isTrue();
  }

  @Test
  void everyAnswerCarriesTheFixedHeaders() {
    receive(post("http://proxied.example/busy", "") + post("/other", ""));

    answer(0, "");
    assertThat(sent()).contains("X-Content-Type-Options: nosniff", "date: ");
    answerAsSpring(passed.getFirst(), "");
    assertThat(sent()).contains("X-Content-Type-Options: nosniff", "date: ");
  }

  @Test
  void refusesABodyForWhichAllHoldTooMuch() {
    assertThat(budget.take(new Body(budget, "other", MAX_BODY), BUDGET - 10)).isTrue();

    receive(post("/busy", "longer than ten"));

    assertThat(sent()).contains("503 Service Unavailable", "\"retryable\":true");
    assertThat(budget.used()).isEqualTo(BUDGET - 10);
  }

  @Test
  void countsEveryAnswerBeforeItIsSent() {
    receive("POST /busy HTTP/1.1\r\nHost: test\r\nStranger: yes\r\nContent-Length: 0\r\n\r\n");
    assertThat(counted).containsExactly(401);

    receive(post("/busy", ""));
    assertThat(counted).hasSize(1);
    asked.getFirst().completeExceptionally(new IllegalStateException("for the test"));
    assertThat(counted).containsExactly(401, 500);
  }

  @Test
  void finishesItsRequestBeforeItCloses() {
    receive(post("/busy", "") + post("/busy", "too late"));
    channel.pipeline().fireUserEventTriggered(EndpointConnection.FINISH);
    assertThat(channel.isActive()).isTrue();

    answer(0, "last");

    assertThat(sent()).contains("connection: close").endsWith("last");
    assertThat(channel.isActive()).isFalse();
    assertThat(asked).hasSize(1);
  }

  @Test
  void answersARequestThatWasOnItsWayAsTheServerEnded() {
    channel.pipeline().fireUserEventTriggered(EndpointConnection.FINISH);
    receive(post("/busy", ""));

    answer(0, "last");

    assertThat(sent()).contains("connection: close").endsWith("last");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void tellsAClientOfSpringsToo() {
    channel.pipeline().fireUserEventTriggered(EndpointConnection.FINISH);
    receive("GET /other HTTP/1.1\r\nHost: test\r\n\r\n");

    answerAsSpring(passed.getFirst(), "last");

    assertThat(sent()).contains("connection: close").endsWith("last");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void closesAtRestSoonAfterTheServerEnded() {
    channel.freezeTime();
    channel.pipeline().fireUserEventTriggered(EndpointConnection.FINISH);
    assertThat(channel.isActive()).isTrue();

    channel.advanceTimeBy(ClientClock.LAST_CALL, TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void givesBackWhatAClientLeftHalfSent() {
    receive("POST /busy HTTP/1.1\r\nHost: test\r\nContent-Length: 50\r\n\r\nhalf");
    assertThat(budget.used()).isPositive();

    channel.close();

    assertThat(budget.used()).isZero();
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, UTF_8));
  }

  private void answer(int request, String body) {
    asked.get(request).complete(HttpAnswer.of(200, "text/plain", body.getBytes(UTF_8)));
    channel.runPendingTasks();
  }

  private void answerAsSpring(ChannelHandlerContext context, String body) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(body, UTF_8));
    response.headers().set("Content-Length", body.length());
    context.writeAndFlush(response);
    channel.runPendingTasks();
  }

  private String sent() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      text.append(part.toString(UTF_8));
      part.release();
    }
    return text.toString();
  }

  private static String post(String uri, String body) {
    String head = "POST " + uri + " HTTP/1.1\r\nHost: test\r\nContent-Length: ";
    return head + body.length() + "\r\n\r\n" + body;
  }
}
