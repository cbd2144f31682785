package dev.attune.predictions;

import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.support.BoundedAsyncPool;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Waits with XREAD BLOCK, each on a connection of a pool. */
final class RedisBlockingReads implements BlockingReads {
  private final BoundedAsyncPool<StatefulConnection<String, byte[]>> pool;

  RedisBlockingReads(BoundedAsyncPool<StatefulConnection<String, byte[]>> pool) {
    this.pool = pool;
  }

  @Override
  public CompletableFuture<Optional<StoredEntry>> next(String userId, String above, Duration time) {
    var args = XReadArgs.Builder.block(time).count(1);
    var offset = StreamOffset.from(PredictionKey.of(userId), above);
    return pool.acquire()
        .thenCompose(
            connection -> {
              var news =
                  RedisConnection.commands(connection).xread(args, offset).toCompletableFuture();
              // who is told may wait again at once, on this connection
              return news.handle((got, failure) -> pool.release(connection))
                  .thenCompose(released -> released)
                  .thenCompose(released -> news);
            })
        .thenApply(news -> StoredEntry.first(news == null ? List.of() : news));
  }
}
