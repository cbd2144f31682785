package dev.attune.streams.query;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.streams.runtime.StreamsRunner;
import dev.attune.streams.topology.AttuneTopology;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;

/** Reads a user's row where it lies, and what fades in it as of a time. Any thread. */
final class UserQuery {
  private final StreamsRunner runner;
  private final Playbook playbook;
  private final UserEngine engine;

  UserQuery(StreamsRunner runner, Playbook playbook) {
    this.runner = runner;
    this.playbook = playbook;
    this.engine = playbook.engine();
  }

  /** What was found. */
  sealed interface Answer {
    record Found(Map<String, @Nullable Object> features, List<String> segments) implements Answer {}

    record Nobody() implements Answer {}

    /** Another instance has the user. */
    record Elsewhere(HostInfo host) implements Answer {}

    /** The state is moving or restoring. */
    record NotNow() implements Answer {}
  }

  Answer ask(String userId, long asOfMillis, HostInfo here) {
    KafkaStreams streams = runner.running();
    if (streams == null) {
      return new Answer.NotNow();
    }
    KeyQueryMetadata owner =
        streams.queryMetadataForKey(AttuneTopology.USERS, userId, new StringSerializer());
    if (KeyQueryMetadata.NOT_AVAILABLE.equals(owner)) {
      return new Answer.NotNow();
    }
    boolean elsewhere =
        !owner.activeHost().equals(HostInfo.unavailable()) && !owner.activeHost().equals(here);
    return elsewhere
        ? new Answer.Elsewhere(owner.activeHost())
        : local(streams, owner.partition(), userId, asOfMillis);
  }

  /**
   * Asks the one partition that has the user: while tasks move, the others would know nobody of
   * that name, and this instance may not have it any more.
   */
  private Answer local(KafkaStreams streams, int partition, String userId, long asOfMillis) {
    try {
      byte[] row =
          streams
              .store(
                  StoreQueryParameters.fromNameAndType(
                          AttuneTopology.USERS, QueryableStoreTypes.<String, byte[]>keyValueStore())
                      .withPartition(partition))
              .get(userId);
      UserState state = row == null ? null : UserState.fromBytes(row);
      return state == null || state.isErased() ? new Answer.Nobody() : found(state, asOfMillis);
    } catch (InvalidStateStoreException e) {
      return new Answer.NotNow();
    }
  }

  private Answer found(UserState state, long asOfMillis) {
    FeatureRow row = engine.read(state, asOfMillis);
    return new Answer.Found(
        row.named(playbook.features()), playbook.segments().members(row, state.segments()));
  }
}
