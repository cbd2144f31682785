package dev.attune.inference.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.attune.predictions.PredictionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAddParams;

/**
 * Compare-and-set with one plain command a user, no script: {@code XADD key MAXLEN = 1 id p value}
 * is refused by the server when {@code id} is not above the stream's last one, and {@code MAXLEN =
 * 0} stores an id without a value, which is an erasure that keeps its guard. A batch is one
 * pipeline: one round trip, whatever its size.
 *
 * <p>A connection lost half-way leaves open whether a write arrived. The retry then finds its own
 * id, so a retried "superseded" is checked by a read.
 */
public final class JedisPredictionStore implements PredictionStore {

  private static final Logger log = LoggerFactory.getLogger(JedisPredictionStore.class);
  private static final byte[] FIELD = PredictionKey.FIELD.getBytes(US_ASCII);
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] NEWEST = "+".getBytes(US_ASCII);
  private static final byte[] OLDEST = "-".getBytes(US_ASCII);

  private final RedisConnection redis;
  private final int attempts;
  private final Duration timeout;
  private final Duration ttl;

  public JedisPredictionStore(RedisConnection redis, RedisSettings properties) {
    this.redis = redis;
    this.attempts = properties.attempts();
    this.timeout = properties.timeout();
    this.ttl = properties.ttl();
  }

  @Override
  public List<Written> write(List<Write> writes) {
    Written[] results = new Written[writes.size()];
    Arrays.fill(results, Written.UNAVAILABLE);
    for (int attempt = 0; attempt < attempts; attempt++) {
      int[] open = open(results);
      if (open.length == 0) {
        break;
      }
      if (attempt == 0 || !redis.isCluster()) {
        attempt(writes, open, results, attempt > 0);
      } else {
        singly(writes, open, results);
      }
    }
    return List.of(results);
  }

  private static int[] open(Written[] results) {
    int[] open = new int[results.length];
    int count = 0;
    for (int i = 0; i < results.length; i++) {
      if (results[i] == Written.UNAVAILABLE) {
        open[count++] = i;
      }
    }
    return Arrays.copyOf(open, count);
  }

  private void attempt(List<Write> writes, int[] open, Written[] results, boolean repeated) {
    List<Response<byte[]>> responses = new ArrayList<>(open.length);
    try (AbstractPipeline pipeline = redis.client().pipelined()) {
      for (int i : open) {
        responses.add(append(pipeline, writes.get(i)));
      }
      pipeline.sync();
    } catch (JedisException e) {
      log.warn("Redis did not take {} writes: {}", open.length, e.getMessage());
    }
    for (int n = 0; n < responses.size(); n++) {
      Written result = result(responses.get(n));
      int i = open[n];
      results[i] = repeated && result == Written.SUPERSEDED ? whose(writes.get(i)) : result;
    }
  }

  /** A cluster's pipeline does not follow a slot that moved; its single commands do. */
  private void singly(List<Write> writes, int[] open, Written[] results) {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (int i : open) {
      if (System.nanoTime() - deadline > 0) {
        return;
      }
      Written result = single(writes.get(i));
      results[i] = result == Written.SUPERSEDED ? whose(writes.get(i)) : result;
    }
  }

  private Written single(Write write) {
    byte[] key = key(write.userId());
    try {
      UnifiedJedis client = redis.client();
      var unusedId = client.xadd(key, parameters(write), fields(write));
      var unused = client.pexpire(key, ttl.toMillis());
      return Written.STORED;
    } catch (JedisDataException e) {
      return refused(e);
    } catch (JedisException e) {
      log.warn("Redis did not take a write: {}", e.getMessage());
      return Written.UNAVAILABLE;
    }
  }

  private Response<byte[]> append(AbstractPipeline pipeline, Write write) {
    byte[] key = key(write.userId());
    Response<byte[]> response = pipeline.xadd(key, parameters(write), fields(write));
    var unused = pipeline.pexpire(key, ttl.toMillis());
    return response;
  }

  private static XAddParams parameters(Write write) {
    long kept =
        switch (write) {
          case Write.Put put -> 1;
          case Write.Erase erase -> 0;
        };
    return XAddParams.xAddParams().id(write.entryId()).maxLen(kept).exactTrimming();
  }

  private static Map<byte[], byte[]> fields(Write write) {
    return switch (write) {
      case Write.Put put -> Map.of(FIELD, put.value());
      case Write.Erase erase -> Map.of(FIELD, NOTHING);
    };
  }

  private Written result(Response<byte[]> response) {
    try {
      return response.get() == null ? Written.UNAVAILABLE : Written.STORED;
    } catch (JedisDataException e) {
      return refused(e);
    } catch (IllegalStateException e) {
      // the connection was lost before this one's answer
      return Written.UNAVAILABLE;
    }
  }

  private Written refused(JedisDataException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("equal or smaller")) {
      return Written.SUPERSEDED;
    }
    log.warn("Redis refused a write: {}", message);
    if (message.startsWith("READONLY")) {
      redis.reconnect();
    }
    return Written.UNAVAILABLE;
  }

  /** After a lost answer: was it this very write that arrived the first time? */
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
  public Optional<Entry> read(String userId) {
    return call(client -> client.xrevrange(key(userId), NEWEST, OLDEST, 1)).stream()
        .findFirst()
        .map(JedisPredictionStore::entry);
  }

  /** Redis answers [id, [field, value]]. */
  private static Entry entry(Object raw) {
    List<?> idAndFields = (List<?>) raw;
    List<?> fields = (List<?>) idAndFields.get(1);
    return new Entry(new String((byte[]) idAndFields.get(0), US_ASCII), (byte[]) fields.get(1));
  }

  @Override
  public void remove(String userId, String entryId) {
    var unused = call(client -> client.xdel(key(userId), entryId.getBytes(US_ASCII)));
  }

  private <T> T call(Function<UnifiedJedis, T> command) {
    try {
      return command.apply(redis.client());
    } catch (JedisException e) {
      throw new StoreException("Redis did not answer: " + e.getMessage(), e);
    }
  }

  private static byte[] key(String userId) {
    return PredictionKey.of(userId).getBytes(UTF_8);
  }
}
