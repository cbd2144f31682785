package dev.attune.responses.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.http.ServerLoops;
import dev.attune.local.infra.Infra;
import dev.attune.predictions.PredictionKey;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;

/** An account of little rights, another database, more reads at once than a round trip takes. */
class SharedReadsIT {

  private static final URI REDIS = URI.create(Infra.shared().redisUri());
  private static final int DATABASE = 3;
  private static final int USERS = 200;

  private static final MultiThreadIoEventLoopGroup THREADS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private final List<SharedReads> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(SharedReads::close);
  }

  @AfterAll
  static void stop() {
    var unused = THREADS.shutdownGracefully();
  }

  @Test
  void readsWithAnAccountOfLittleRightsFromADatabaseOfItsOwn() {
    try (Jedis jedis = new Jedis(REDIS)) {
      jedis.aclSetUser("replies", "reset", "on", ">se:cret", "~attune:*", "+xrevrange", "+select");
      jedis.select(DATABASE);
      for (int user = 0; user < USERS; user++) {
        jedis.xadd(
            key(user), Map.of("p".getBytes(UTF_8), ("of " + user).getBytes(UTF_8)), newest());
      }
    }
    SharedReads reads = reads("replies:se%3Acret@");

    List<CompletableFuture<List<?>>> answers = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      answers.add(reads.newest(key(user)));
    }

    for (int user = 0; user < USERS; user++) {
      List<?> entry = (List<?>) answers.get(user).join().getFirst();
      assertThat((byte[]) ((List<?>) entry.get(1)).get(1)).asString(UTF_8).isEqualTo("of " + user);
    }
    assertThat(reads.newest(key(USERS)).join()).isEmpty();
    assertThatThrownBy(() -> reads.newest("others".getBytes(UTF_8)).join())
        .hasCauseInstanceOf(SharedReads.Failure.class);
  }

  @Test
  void failsWhenTheAccountIsRefused() {
    SharedReads reads = reads("replies:wrong@");

    assertThatThrownBy(() -> reads.newest(key(1)).join())
        .hasCauseInstanceOf(SharedReads.Failure.class);
  }

  @Test
  void closesAfterItsThreadHasEnded() {
    var ended = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    SharedReads reads = reads("", ended.next());
    ended.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();

    assertThatCode(reads::close).doesNotThrowAnyException();
  }

  private SharedReads reads(String account) {
    return reads(account, THREADS.next());
  }

  private SharedReads reads(String account, EventLoop thread) {
    var loops = new ServerLoops(List.of(thread), NioSocketChannel.class);
    URI uri = URI.create("redis://%s127.0.0.1:%d/%d".formatted(account, REDIS.getPort(), DATABASE));
    var reads =
        new SharedReads(
            thread,
            new ReadConnector(uri, loops),
            Duration.ofSeconds(10).toNanos(),
            CircuitBreaker.ofDefaults("redis"));
    opened.add(reads);
    return reads;
  }

  private static byte[] key(int user) {
    return PredictionKey.of("account-" + user).getBytes(UTF_8);
  }

  private static XAddParams newest() {
    return XAddParams.xAddParams().id("1-1");
  }
}
