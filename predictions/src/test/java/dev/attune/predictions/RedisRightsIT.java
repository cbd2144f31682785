package dev.attune.predictions;

import static dev.attune.predictions.PredictionSamples.erase;
import static dev.attune.predictions.PredictionSamples.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.schemas.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The accounts of {@code docs/security.md}, in a cluster of which a slot is being moved: what they
 * may do is enough, each right is needed, and nothing else is allowed.
 */
class RedisRightsIT {
  private static final String INFERENCE = "attune-inference";
  private static final String RESPONSES = "attune-responses";
  private static final String MOVING = "moving";

  private static RedisDeployment redis;

  @BeforeAll
  static void start() {
    redis = RedisDeployment.start(Kind.CLUSTER);
    var cluster = new RedisCluster(redis.servers());
    TestRedis from = cluster.primaryOf(MOVING);
    cluster.beginMove(
        MOVING, redis.servers().stream().filter(to -> to != from).findFirst().orElseThrow());
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  static Stream<String> accounts() {
    return Stream.of(INFERENCE, RESPONSES);
  }

  static Stream<Arguments> rights() {
    return accounts()
        .flatMap(account -> rights(account).map(right -> Arguments.of(account, right)));
  }

  private static Stream<String> rights(String account) {
    try {
      return Pattern.compile("^ACL SETUSER " + account + " .*$", Pattern.MULTILINE)
          .matcher(Files.readString(Path.of("../docs/security.md")))
          .results()
          .flatMap(line -> Stream.of(line.group().split(" ")))
          .filter(rule -> rule.startsWith("+"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("accounts")
  void areEnough(String account) {
    assertThat(refusedOf(account)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rights")
  void areEachNeeded(String account, String right) {
    allow(account, rights(account).filter(other -> !other.equals(right)));
    try {
      assertThat(refusedOf(account)).isNotEmpty();
    } finally {
      allow(account, rights(account));
    }
  }

  @ParameterizedTest
  @MethodSource("accounts")
  void allowNoOtherCommand(String account) {
    List<String> listed = rights(account).map(right -> right.substring(1)).toList();
    try (Jedis jedis = as(account)) {
      for (Known command : known()) {
        if (!command.needsNoAccount() && !listed.contains(command.name())) {
          assertThatThrownBy(() -> jedis.sendCommand(command, command.arguments()))
              .as(command.name())
              .isInstanceOf(JedisDataException.class)
              // the second by the server's configuration, for everybody
              .hasMessageMatching("(?s).*(NOPERM|command not allowed).*");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("accounts")
  void allowNoOtherKey(String account) {
    try (Jedis jedis = as(account)) {
      for (String key : List.of("others", "attune:{a}:q", "attune:p")) {
        assertThatThrownBy(() -> jedis.xrevrange(key, "+", "-", 1)).hasMessageContaining("NOPERM");
      }
    }
  }

  private static Jedis as(String account) {
    Jedis jedis = redis.servers().getFirst().admin();
    jedis.auth(account, redis.settings(account).login().password());
    return jedis;
  }

  private static void allow(String account, Stream<String> rights) {
    String[] rules = Stream.concat(Stream.of("-@all"), rights).toArray(String[]::new);
    redis.servers().forEach(server -> asAdmin(server, admin -> admin.aclSetUser(account, rules)));
  }

  private interface Question<T> {
    T of(Jedis admin);
  }

  private static <T> T asAdmin(TestRedis server, Question<T> question) {
    try (Jedis admin = server.admin()) {
      return question.of(admin);
    }
  }

  /** What Redis refuses an account that does all it is for. */
  private static List<String> refusedOf(String account) {
    redis.servers().forEach(server -> asAdmin(server, Jedis::aclLogReset));
    try (var predictions = new RedisPredictions(redis.settings(account), account)) {
      for (Runnable step : account.equals(INFERENCE) ? writes(predictions) : reads(predictions)) {
        attempt(step);
      }
    }
    return redis.servers().stream()
        .flatMap(server -> asAdmin(server, Jedis::aclLog).stream())
        .map(entry -> entry.getUsername() + " " + entry.getObject())
        .toList();
  }

  private static void attempt(Runnable step) {
    try {
      step.run();
    } catch (StoreException | CompletionException refused) {
      // Redis has it in its log
    }
  }

  private static List<Runnable> writes(RedisPredictions predictions) {
    PredictionWriter writer = predictions.writer();
    RefillMarks marks = predictions.refillMarks();
    List<Runnable> steps = new ArrayList<>();
    for (String user : List.of("a", "b", "c", MOVING)) {
      steps.add(() -> writer.write(List.of(put(user, 1), erase(user, 2), put(user, 3))));
      steps.add(() -> writer.read(user).ifPresent(held -> writer.remove(user, held.entryId())));
    }
    steps.add(() -> marks.isComplete(1));
    steps.add(() -> marks.hold("token", 60_000));
    steps.add(() -> marks.hold("token", 60_000));
    steps.add(() -> marks.begin("token"));
    steps.add(() -> marks.finish("token", 1));
    return steps;
  }

  private static List<Runnable> reads(RedisPredictions predictions) {
    PredictionReader reader = predictions.reader();
    BlockingReads reads = predictions.blockingReads(1, Duration.ofSeconds(1));
    List<Runnable> steps = new ArrayList<>();
    for (String user : List.of("a", "b", "c", MOVING)) {
      steps.add(() -> reader.newest(user).join());
      steps.add(() -> reader.isErased(user, new Position(0, 1, 1)).join());
      steps.add(() -> reads.next(user, "9-0", Duration.ofMillis(10)).join());
    }
    return steps;
  }

  /**
   * A command that Redis knows.
   *
   * @param words that it has at least, its name among them
   */
  private record Known(String name, int words, boolean needsNoAccount) implements ProtocolCommand {
    @Override
    public byte[] getRaw() {
      return name.split("\\|")[0].getBytes(UTF_8);
    }

    String[] arguments() {
      String[] names = name.split("\\|");
      return Stream.concat(Stream.of(names).skip(1), Stream.generate(() -> "1"))
          .limit(Math.max(words, names.length) - 1)
          .toArray(String[]::new);
    }
  }

  private static List<Known> known() {
    Object all = asAdmin(redis.servers().getFirst(), admin -> admin.sendCommand(Command.COMMAND));
    return ((List<?>) all).stream().flatMap(RedisRightsIT::known).toList();
  }

  /** Itself, or since Redis 7 the commands that it groups. */
  private static Stream<Known> known(Object described) {
    List<?> parts = (List<?>) described;
    if (parts.size() > 9 && !((List<?>) parts.get(9)).isEmpty()) {
      return ((List<?>) parts.get(9)).stream().flatMap(RedisRightsIT::known);
    }
    String name = new String((byte[]) parts.get(0), UTF_8).toLowerCase(Locale.ROOT);
    boolean free =
        ((List<?>) parts.get(2))
            .stream().anyMatch(flag -> new String((byte[]) flag, UTF_8).equals("no_auth"));
    return Stream.of(new Known(name, Math.abs(((Long) parts.get(1)).intValue()), free));
  }
}
