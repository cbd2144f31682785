package dev.attune.predictions;

import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.StoredPrediction;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compare-and-set with one plain command a user, no script: {@code XADD key MAXLEN = 1 id p value}
 * is refused by the server when {@code id} is not above the stream's last one, and {@code MAXLEN =
 * 0} stores an id without a value, which is an erasure that keeps its guard. A batch is sent
 * together: one round trip to each server, whatever its size.
 *
 * <p>A connection lost half-way leaves open whether a write arrived. What is sent again, by the
 * client on its next connection or by us, may find its own id: then a "superseded" is checked by a
 * read.
 */
final class RedisWriter implements PredictionWriter {
  private static final Logger log = LoggerFactory.getLogger(RedisWriter.class);
  private static final Range<String> ALL = Range.unbounded();
  private static final Limit NEWEST = Limit.from(1);
  private static final byte[] NOTHING = {};

  /** More would only hold back the queue behind it while Redis is away. */
  private static final int ATTEMPTS = 2;

  private final RedisConnection redis;
  private final Duration timeout;
  private final Duration ttl;

  RedisWriter(RedisConnection redis, RedisSettings settings) {
    this.redis = redis;
    this.timeout = settings.timeout();
    this.ttl = settings.ttl();
  }

  @Override
  public List<Written> write(List<Write> writes) {
    Written[] results = new Written[writes.size()];
    Arrays.fill(results, Written.UNAVAILABLE);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int[] open =
          IntStream.range(0, results.length)
              .filter(i -> results[i] == Written.UNAVAILABLE)
              .toArray();
      if (open.length > 0) {
        attempt(writes, open, results, attempt > 0);
      }
    }
    return List.of(results);
  }

  private void attempt(List<Write> writes, int[] open, Written[] results, boolean repeated) {
    long connects = redis.connects();
    List<CompletableFuture<String>> answers = new ArrayList<>(open.length);
    try {
      var commands = redis.commands(timeout);
      for (int i : open) {
        answers.add(send(commands, writes.get(i)));
      }
      awaitAll(answers);
    } catch (StoreException e) {
      log.warn("Redis did not take {} writes: {}", open.length, e.getMessage());
    }
    boolean doubtful = repeated || redis.connects() != connects;
    for (int n = 0; n < answers.size(); n++) {
      Written result = result(answers.get(n));
      int i = open[n];
      results[i] = doubtful && result == Written.SUPERSEDED ? whose(writes.get(i)) : result;
    }
  }

  private CompletableFuture<String> send(
      RedisClusterAsyncCommands<String, byte[]> commands, Write write) {
    String key = PredictionKey.of(write.userId());
    // the client's own method refuses MAXLEN = 0
    CommandArgs<String, byte[]> args =
        new CommandArgs<>(RedisConnection.CODEC).addKey(key).add("MAXLEN").add("=");
    args =
        switch (write) {
          case Write.Put put -> entry(args.add(1), put, value(put));
          case Write.Erase erase -> entry(args.add(0), erase, NOTHING);
        };
    var answer =
        commands.dispatch(CommandType.XADD, new StatusOutput<>(RedisConnection.CODEC), args);
    var unused = commands.pexpire(key, ttl);
    return answer.toCompletableFuture();
  }

  private static CommandArgs<String, byte[]> entry(
      CommandArgs<String, byte[]> args, Write write, byte[] value) {
    return args.add(write.entryId()).add(PredictionKey.FIELD).addValue(value);
  }

  private static byte[] value(Write.Put put) {
    return SingleObject.write(put.prediction(), StoredPrediction.getEncoder());
  }

  /** Each answer tells for itself how it ended. */
  private void awaitAll(List<CompletableFuture<String>> answers) {
    var all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    var unused = RedisConnection.await(all.handle((done, failure) -> true), timeout);
  }

  private Written result(CompletableFuture<String> answer) {
    // what has not been sent yet must not be any more
    boolean late = answer.cancel(false);
    if (late || answer.state() == State.CANCELLED) {
      return Written.UNAVAILABLE;
    }
    return answer.state() == State.SUCCESS ? Written.STORED : refused(answer.exceptionNow());
  }

  private Written refused(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof RedisCommandExecutionException && message.contains("equal or smaller")) {
      return Written.SUPERSEDED;
    }
    log.warn("Redis refused a write: {}", message);
    if (message.startsWith("READONLY")) {
      redis.renew();
    }
    return Written.UNAVAILABLE;
  }

  /** After a lost connection: was it this very write that arrived the first time? */
  private Written whose(Write write) {
    try {
      boolean own =
          read(write.userId()).filter(e -> e.entryId().equals(write.entryId())).isPresent();
      return own ? Written.STORED : Written.SUPERSEDED;
    } catch (StoreException e) {
      return Written.SUPERSEDED;
    }
  }

  @Override
  public Optional<StoredEntry> read(String userId) {
    var answer = redis.ask(commands -> commands.xrevrange(PredictionKey.of(userId), ALL, NEWEST));
    return StoredEntry.first(RedisConnection.await(answer, timeout));
  }

  @Override
  public void remove(String userId, String entryId) {
    var answer = redis.ask(commands -> commands.xdel(PredictionKey.of(userId), entryId));
    var unused = RedisConnection.await(answer, timeout);
  }
}
