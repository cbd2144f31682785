package dev.attune.predictions;

import static dev.attune.predictions.PredictionSamples.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.attune.local.infra.FaultProxy;
import dev.attune.local.infra.FaultProxy.Fault;
import dev.attune.local.infra.Ports;
import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.predictions.PredictionWriter.Written;
import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.predictions.RedisSettings.Login;
import dev.attune.predictions.RedisSettings.Tls;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** Strangers, lost connections, servers that stand still, and primaries that change. */
class RedisFailuresIT {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final String user = "user-" + UUID.randomUUID();

  @TempDir private Path dir;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.add(one);
    return one;
  }

  private RedisPredictions open(RedisSettings settings) {
    return opened(new RedisPredictions(settings, "test"));
  }

  private RedisPredictions open(TestRedis redis) {
    return open(RedisSettings.of(redis.uri()));
  }

  @Test
  void trustsNoCertificateOfAnotherHostAndIsTrustedByItsOwnAlone() throws Exception {
    RedisSettings good =
        opened(RedisDeployment.start(Kind.MUTUAL_TLS)).settings("attune-inference");
    Certificates strangers = Certificates.make(dir, "strangers");
    Tls stranger =
        new Tls(good.tls().truststore(), Certificates.PASSWORD, strangers.both().toString(), "");
    Tls credulous =
        new Tls(
            strangers.certificate().toString(), "", good.tls().keystore(), Certificates.PASSWORD);
    int port = good.address().getPort();

    assertThat(write(good)).isEqualTo(Written.STORED);
    assertThat(write(with(good, good.uri(), stranger))).isEqualTo(Written.UNAVAILABLE);
    assertThat(write(with(good, good.uri(), credulous))).isEqualTo(Written.UNAVAILABLE);
    String otherHost = "rediss://localhost:" + port;
    assertThat(write(with(good, otherHost, good.tls()))).isEqualTo(Written.UNAVAILABLE);
    String plain = "redis://127.0.0.1:" + port;
    assertThat(write(with(good, plain, Tls.NONE))).isEqualTo(Written.UNAVAILABLE);
  }

  @Test
  void aPasswordThatWasReplacedServesTheNextConnection() throws Exception {
    TestRedis redis = opened(TestRedis.start());
    try (Jedis admin = redis.admin()) {
      admin.configSet("requirepass", "old");
    }
    Path file = Files.writeString(dir.resolve("password"), "old\n");
    RedisSettings plain = RedisSettings.of(redis.uri());
    PredictionWriter writer =
        open(with(plain, plain.uri(), new Login("", "", file.toString()))).writer();
    assertThat(writer.write(List.of(put(user, 1)))).containsExactly(Written.STORED);
    Login wrong = new Login("", "wrong", "");
    assertThat(write(with(plain, plain.uri(), wrong))).isEqualTo(Written.UNAVAILABLE);

    Files.writeString(file, "new\n");
    try (Jedis admin = redis.admin()) {
      admin.auth("old");
      admin.configSet("requirepass", "new");
      admin.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> writer.write(List.of(put(user, 2))).contains(Written.STORED));
  }

  @Test
  void comesBackAfterARestart() {
    int port = Ports.free();
    TestRedis redis = TestRedis.start(port);
    RedisPredictions predictions = open(redis);
    PredictionWriter writer = predictions.writer();
    PredictionReader reader = predictions.reader();
    assertThat(writer.write(List.of(put(user, 1)))).containsExactly(Written.STORED);
    assertThat(reader.newest(user).join()).isPresent();

    redis.close();
    assertThat(writer.write(List.of(put(user, 2)))).containsExactly(Written.UNAVAILABLE);
    assertThatThrownBy(reader.newest(user)::join).isNotNull();

    var unused = opened(TestRedis.start(port));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> writer.write(List.of(put(user, 3))).contains(Written.STORED));
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> reader.newest(user).join().isPresent());
  }

  @Test
  void aServiceStartsBeforeItsRedis() {
    int port = Ports.free();
    RedisPredictions predictions = open(RedisSettings.of("redis://127.0.0.1:" + port));
    PredictionWriter writer = predictions.writer();
    assertThat(writer.write(List.of(put(user, 1)))).containsExactly(Written.UNAVAILABLE);
    assertThatThrownBy(() -> writer.read(user)).isInstanceOf(StoreException.class);

    var unused = opened(TestRedis.start(port));

    assertThat(writer.write(List.of(put(user, 1)))).containsExactly(Written.STORED);
  }

  /** The write arrives, its answer doesn't, and the client repeats it on the next connection. */
  @Test
  void knowsItsOwnWriteAgain() throws Exception {
    TestRedis redis = opened(TestRedis.start());
    FaultProxy wire = opened(new FaultProxy(redis.uri()));
    PredictionWriter writer = open(patient(wire.uri())).writer();
    assertThat(writer.write(List.of(put(user, 1)))).containsExactly(Written.STORED);
    PredictionWriter witness = open(redis).writer();
    assertThat(version(witness)).isEqualTo("1/1");

    wire.become(Fault.DEAF);
    var written = CompletableFuture.supplyAsync(() -> writer.write(List.of(put(user, 2))));
    await().until(() -> version(witness).equals("2/1"));
    wire.become(Fault.RESET);
    wire.become(Fault.NONE);

    assertThat(written.join()).containsExactly(Written.STORED);
    assertThat(writer.write(List.of(put(user, 2)))).containsExactly(Written.SUPERSEDED);
  }

  @Test
  void connectsWhenAnswersComeAgain() throws Exception {
    TestRedis redis = opened(TestRedis.start());
    FaultProxy wire = opened(new FaultProxy(redis.uri()));
    wire.become(Fault.HALF_OPEN);
    var threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    PredictionReader reader = open(RedisSettings.of(wire.uri())).reader(threads.next());
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(reader.newest(user)::join).isNotNull();
    }

    wire.become(Fault.NONE);

    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> reader.newest(user).get(100, TimeUnit.MILLISECONDS).isEmpty());
    var unused = threads.shutdownGracefully();
  }

  @Test
  void hangsUpOnAServerThatStandsStill() {
    TestRedis redis = opened(TestRedis.start());
    PredictionReader reader = open(redis).reader();
    assertThat(reader.newest(user).join()).isEmpty();

    redis.stop();
    assertThatThrownBy(reader.newest(user).orTimeout(10, TimeUnit.SECONDS)::join).isNotNull();
    redis.proceed();

    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> reader.newest(user).join().isEmpty());
  }

  @Test
  void afterAFailoverAnOlderVersionNeverOverwritesANewerOne() {
    TestRedis old = opened(TestRedis.start());
    TestRedis next = opened(TestRedis.start("--replicaof", "127.0.0.1 " + old.port()));
    PredictionWriter before = open(old).writer();
    PredictionWriter after = open(next).writer();
    RefillMarks marks = open(old).refillMarks();
    assertThat(before.write(List.of(put(user, 100)))).containsExactly(Written.STORED);
    assertThat(marks.hold("token", 10_000)).isTrue();
    marks.begin("token");
    assertThat(marks.finish("token", 1)).isTrue();
    await().until(() -> after.read(user).isPresent());

    // the old primary is cut off, and lives: whoever still reaches it is served by it
    replicaOf(next, "NO", "ONE");
    assertThat(after.write(List.of(put(user, 200)))).containsExactly(Written.STORED);
    assertThat(before.write(List.of(put(user, 150)))).containsExactly(Written.STORED);
    List<Write> stragglers =
        new ArrayList<>(IntStream.rangeClosed(101, 200).mapToObj(i -> put(user, i)).toList());
    Collections.shuffle(stragglers, new Random(1));
    assertThat(after.write(stragglers)).containsOnly(Written.SUPERSEDED);
    assertThat(version(after)).isEqualTo("200/1");

    // healed: the old one follows, its own write is gone, and whoever stayed there is refused
    replicaOf(old, "127.0.0.1", Integer.toString(next.port()));
    await().atMost(Duration.ofSeconds(30)).until(() -> version(before).equals("200/1"));
    assertThat(before.write(List.of(put(user, 201)))).containsExactly(Written.UNAVAILABLE);
    assertThat(version(after)).isEqualTo("200/1");
    // what only the old one had is brought back by the refill, which sees another server
    assertThat(open(next).refillMarks().isComplete(1)).isFalse();
  }

  /** What it had written at the old server, the new one may lack. */
  @Test
  void aRefillUnderWayStartsOverAtAnotherServer() {
    TestRedis old = opened(TestRedis.start());
    TestRedis next = opened(TestRedis.start("--replicaof", "127.0.0.1 " + old.port()));
    RefillMarks before = open(old).refillMarks();
    await().ignoreExceptions().until(() -> before.hold("token", 60_000));
    before.begin("token");
    assertThat(before.renew("token", 60_000)).isTrue();
    PredictionWriter writer = open(old).writer();
    assertThat(writer.write(List.of(put(user, 100)))).containsExactly(Written.STORED);
    await().until(() -> open(next).writer().read(user).isPresent());

    replicaOf(next, "NO", "ONE");

    RefillMarks after = open(next).refillMarks();
    assertThat(after.renew("token", 60_000)).isFalse();
    assertThat(after.finish("token", 1)).isFalse();
  }

  @Test
  void followsTheSentinelsToTheNewPrimary() {
    RedisDeployment redis = opened(RedisDeployment.start(Kind.SENTINEL));
    TestRedis old = redis.servers().get(0);
    TestRedis next = redis.servers().get(1);
    PredictionWriter writer = open(redis.settings("attune-inference")).writer();
    assertThat(writer.write(List.of(put(user, 100)))).containsExactly(Written.STORED);
    await().until(() -> open(next).writer().read(user).isPresent());

    // stopped, not killed: its connections stay open and answer nothing
    old.stop();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> writer.write(List.of(put(user, 200))).contains(Written.STORED));
    old.proceed();

    assertThat(writer.write(List.of(put(user, 150)))).containsExactly(Written.SUPERSEDED);
    PredictionWriter former = open(old).writer();
    await().atMost(Duration.ofSeconds(60)).until(() -> version(former).equals("200/1"));
    assertThat(version(open(next).writer())).isEqualTo("200/1");
  }

  /** Whoever asked a node that is away is told so by the thread that closes, and may keep it. */
  @Test
  void isClosedInTimeWhateverKeepsAClient() {
    RedisDeployment redis = opened(RedisDeployment.start(Kind.CLUSTER));
    RedisSettings settings = redis.settings("attune-responses");
    RedisPredictions predictions = new RedisPredictions(settings, "test");
    PredictionReader reader = predictions.reader();
    for (String one : List.of("a", "b", "c", user)) {
      assertThat(reader.newest(one).join()).isEmpty();
    }
    var forever = new CompletableFuture<String>();

    new RedisCluster(redis.servers()).primaryOf(user).close();
    var unused = reader.newest(user).handle((newest, failure) -> forever.join());

    assertTimeoutPreemptively(settings.timeout().multipliedBy(3), predictions::close);
    forever.complete("over");
  }

  private Written write(RedisSettings settings) {
    return open(settings).writer().write(List.of(put(user, 1))).getFirst();
  }

  private String version(PredictionWriter store) {
    return store.read(user).map(PredictionSamples::text).orElse("-").replace(user + " ", "");
  }

  private static void replicaOf(TestRedis redis, String host, String port) {
    try (Jedis admin = redis.admin()) {
      admin.sendCommand(Command.REPLICAOF, host, port);
    }
  }

  /** Not the clock ends what this test looks at. */
  private static RedisSettings patient(String uri) {
    RedisSettings settings = RedisSettings.of(uri);
    return new RedisSettings(
        uri,
        settings.mode(),
        settings.nodes(),
        settings.login(),
        settings.sentinel(),
        settings.tls(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        settings.ttl());
  }

  private static RedisSettings with(RedisSettings settings, String uri, Tls tls) {
    return new RedisSettings(
        uri,
        settings.mode(),
        settings.nodes(),
        settings.login(),
        settings.sentinel(),
        tls,
        settings.connectTimeout(),
        settings.timeout(),
        settings.ttl());
  }

  private static RedisSettings with(RedisSettings settings, String uri, Login login) {
    return new RedisSettings(
        uri,
        settings.mode(),
        settings.nodes(),
        login,
        settings.sentinel(),
        settings.tls(),
        settings.connectTimeout(),
        settings.timeout(),
        settings.ttl());
  }
}
