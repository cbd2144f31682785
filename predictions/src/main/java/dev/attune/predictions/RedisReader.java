package dev.attune.predictions;

import dev.attune.predictions.PredictionKey.EntryId;
import dev.attune.schemas.Position;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads over one shared connection. */
final class RedisReader implements PredictionReader {
  /** Without a trace of its own: thousands a second fail while Redis is away. */
  private static final StoreException LOST = new StoreException("not connected");

  private final RedisConnection redis;

  RedisReader(RedisConnection redis) {
    this.redis = redis;
  }

  @Override
  public CompletableFuture<Optional<StoredEntry>> newest(String userId) {
    if (redis.isLost()) {
      return CompletableFuture.failedFuture(LOST);
    }
    return redis.newest(userId);
  }

  @Override
  public CompletableFuture<Boolean> isErased(String userId, Position erasure) {
    return redis
        .ask(commands -> commands.xinfoStream(PredictionKey.of(userId)))
        .handle((info, failure) -> failure == null ? proves(info, erasure) : isAbsent(failure));
  }

  private static boolean proves(List<Object> info, Position erasure) {
    EntryId last = PredictionKey.parse(StreamInfo.lastEntryId(info));
    var version = new Position(last.epoch(), erasure.partition(), last.offset());
    return StreamInfo.isEmpty(info) ? last.includes(erasure) : version.isAfter(erasure);
  }

  /** No such key: nothing was ever stored, or the guard itself has expired. */
  private static boolean isAbsent(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RedisCommandExecutionException
        && String.valueOf(cause.getMessage()).contains("no such key")) {
      return true;
    }
    throw new StoreException("Redis did not answer", failure);
  }
}
