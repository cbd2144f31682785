package dev.attune.predictions;

import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.StoredPrediction;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compare-and-set with one plain command a user, no script. The server refuses {@code XADD key
 * MAXLEN = 1 id p value} when {@code id} is not above the stream's last one. {@code MAXLEN = 0}
 * stores an id without a value: an erasure that keeps its guard. A batch is one round trip to each
 * server, whatever its size. Each write is settled by its own answer.
 *
 * <p>A connection lost half-way leaves open whether a write arrived. What is sent again, by the
 * client on its next connection or by us, may find its own id: then a "superseded" is checked by a
 * read.
 */
final class RedisWriter implements PredictionWriter {
  private static final Logger log = LoggerFactory.getLogger(RedisWriter.class);
  private static final byte[] NOTHING = {};

  /** More would only keep the user's caller waiting while Redis is away. */
  private static final int ATTEMPTS = 2;

  /** Between two lines of the log: thousands of writes a second fail while Redis is away. */
  private static final Duration TELLING = Duration.ofSeconds(1);

  private final AtomicLong told = new AtomicLong(System.nanoTime() - TELLING.toNanos());
  private final RedisConnection redis;
  private final Duration timeout;
  private final Duration ttl;

  RedisWriter(RedisConnection redis, RedisSettings settings) {
    this.redis = redis;
    this.timeout = settings.timeout();
    this.ttl = settings.ttl();
  }

  @Override
  public List<CompletableFuture<Written>> send(List<Write> writes) {
    return attempt(writes, 1);
  }

  private List<CompletableFuture<Written>> attempt(List<Write> writes, int attempt) {
    long connects = redis.connects();
    List<CompletableFuture<String>> answers = writes.stream().map(this::ask).toList();
    List<CompletableFuture<Written>> results = new ArrayList<>(writes.size());
    for (int i = 0; i < answers.size(); i++) {
      Write write = writes.get(i);
      results.add(
          answers
              .get(i)
              .handle((id, failure) -> failure == null ? Written.STORED : refused(failure))
              .thenCompose(result -> settled(write, result, attempt, connects)));
    }
    cancelLate(answers);
    return results;
  }

  /** One timer for all; what has not been sent by then must not be any more. */
  private void cancelLate(List<CompletableFuture<String>> answers) {
    var unused =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete((done, failure) -> answers.forEach(answer -> answer.cancel(false)));
  }

  private CompletableFuture<Written> settled(
      Write write, Written result, int attempt, long connects) {
    if (result == Written.UNAVAILABLE && attempt < ATTEMPTS) {
      return attempt(List.of(write), attempt + 1).getFirst();
    }
    boolean doubtful = attempt > 1 || redis.connects() != connects;
    return doubtful && result == Written.SUPERSEDED
        ? whose(write)
        : CompletableFuture.completedFuture(result);
  }

  private CompletableFuture<String> ask(Write write) {
    String key = PredictionKey.of(write.userId());
    // the client's own method refuses MAXLEN = 0
    CommandArgs<String, byte[]> args =
        new CommandArgs<>(RedisConnection.CODEC).addKey(key).add("MAXLEN").add("=");
    var entry =
        switch (write) {
          case Write.Put put -> traced(entry(args.add(1), put, value(put)), put.trace());
          case Write.Erase erase -> entry(args.add(0), erase, NOTHING);
        };
    return redis.ask(
        commands -> {
          var answer =
              commands.dispatch(CommandType.XADD, new StatusOutput<>(RedisConnection.CODEC), entry);
          var unused = commands.pexpire(key, ttl);
          return answer;
        });
  }

  private static CommandArgs<String, byte[]> entry(
      CommandArgs<String, byte[]> args, Write write, byte[] value) {
    return args.add(write.entryId()).add(PredictionKey.FIELD).addValue(value);
  }

  private static CommandArgs<String, byte[]> traced(
      CommandArgs<String, byte[]> args, @Nullable String trace) {
    return trace == null
        ? args
        : args.add(PredictionKey.TRACE).addValue(trace.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] value(Write.Put put) {
    return SingleObject.write(put.prediction(), StoredPrediction.getEncoder());
  }

  private Written refused(Throwable failure) {
    boolean late = failure instanceof CancellationException;
    String message = late ? "no answer in time" : String.valueOf(failure.getMessage());
    if (failure instanceof RedisCommandExecutionException && message.contains("equal or smaller")) {
      return Written.SUPERSEDED;
    }
    tell(message);
    if (message.startsWith("READONLY")) {
      redis.renew();
    }
    return Written.UNAVAILABLE;
  }

  private void tell(String reason) {
    long now = System.nanoTime();
    long last = told.get();
    if (now - last >= TELLING.toNanos() && told.compareAndSet(last, now)) {
      log.warn("Redis did not take a write: {}", reason);
    }
  }

  /** After a lost connection: was it this very write that arrived the first time? */
  private CompletableFuture<Written> whose(Write write) {
    return redis
        .newest(write.userId())
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .handle(
            (found, failure) ->
                failure == null && found.filter(e -> isOf(write, e)).isPresent()
                    ? Written.STORED
                    : Written.SUPERSEDED);
  }

  private static boolean isOf(Write write, StoredEntry entry) {
    return entry.entryId().equals(write.entryId());
  }

  @Override
  public Optional<StoredEntry> read(String userId) {
    return RedisConnection.await(redis.newest(userId), timeout);
  }

  @Override
  public void remove(String userId, String entryId) {
    var answer = redis.ask(commands -> commands.xdel(PredictionKey.of(userId), entryId));
    var unused = RedisConnection.await(answer, timeout);
  }
}
