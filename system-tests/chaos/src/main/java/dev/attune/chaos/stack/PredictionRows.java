package dev.attune.chaos.stack;

import dev.attune.local.infra.RedisShards;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/** What replies are made of, read past the services from the server that has it. */
final class PredictionRows {
  private static final byte[] NEWEST = {'+'};
  private static final byte[] OLDEST = {'-'};

  /** Users whose answers wait in memory at once. */
  private static final int MOST = 1_000;

  private final List<String> servers;

  /**
   * @param servers one, or a cluster's shards in their order
   */
  PredictionRows(List<String> servers) {
    this.servers = List.copyOf(servers);
  }

  /**
   * The users' predictions; empty of who has none. Who lies on a server that does not answer is
   * left out.
   */
  Map<String, Optional<StoredPrediction>> read(Collection<String> users) {
    Map<String, Optional<StoredPrediction>> rows = new HashMap<>();
    users.stream()
        .collect(Collectors.groupingBy(this::server))
        .forEach((server, some) -> rows.putAll(read(server, some)));
    return rows;
  }

  private String server(String user) {
    return servers.size() == 1
        ? servers.getFirst()
        : servers.get(RedisShards.shardOf(PredictionKey.of(user)));
  }

  private static Map<String, Optional<StoredPrediction>> read(String server, List<String> users) {
    Map<String, Optional<StoredPrediction>> rows = new HashMap<>();
    try (Jedis redis = new Jedis(URI.create(server))) {
      for (int from = 0; from < users.size(); from += MOST) {
        rows.putAll(read(redis, users.subList(from, Math.min(from + MOST, users.size()))));
      }
    } catch (JedisException e) {
      // it is away, on purpose
    }
    return rows;
  }

  private static Map<String, Optional<StoredPrediction>> read(Jedis redis, List<String> users) {
    Map<String, Response<List<Object>>> answers = new LinkedHashMap<>();
    try (Pipeline together = redis.pipelined()) {
      for (String user : users) {
        byte[] key = PredictionKey.of(user).getBytes(StandardCharsets.UTF_8);
        answers.put(user, together.xrevrange(key, NEWEST, OLDEST, 1));
      }
    }
    Map<String, Optional<StoredPrediction>> rows = new HashMap<>();
    answers.forEach(
        (user, answer) ->
            rows.put(user, answer.get().stream().findFirst().map(PredictionRows::prediction)));
    return rows;
  }

  /** An entry is its id and a list of fields and values; here one of each. */
  private static StoredPrediction prediction(Object entry) {
    List<?> fields = (List<?>) ((List<?>) entry).get(1);
    try {
      return StoredPrediction.getDecoder().decode((byte[]) fields.get(1));
    } catch (IOException e) {
      throw new IllegalStateException("Redis holds what is no prediction", e);
    }
  }
}
