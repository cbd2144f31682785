package dev.attune.responses.erasure;

import dev.attune.core.user.ErasedUsers;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.responses.topic.TopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.registry.AvroDeserializer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The topic {@code erasures}, read from its beginning and followed: receipts by id and the list of
 * erased users. A few hundred bytes an erasure, and erasures are rare: all of it stays in memory.
 */
@Component
public class ErasureLog implements SmartLifecycle {

  private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();
  private final ErasedUsers erased = new ErasedUsers();
  private final TopicFollower<Erasure> follower;

  ErasureLog(DecisionSettings kafka, Topics topics, SchemaRegistryClient registry) {
    this.follower =
        new TopicFollower<>(
            topics.erasures(),
            kafka.bootstrapServers(),
            "response-api-erasures",
            new AvroDeserializer<>(registry, Erasure.class),
            erasure -> remember(Receipt.of(erasure)));
  }

  /** Whose records to pass over. */
  public ErasedUsers erased() {
    return erased;
  }

  /** False until the list was read once: who needs all of it has to wait. */
  public boolean isCaughtUp() {
    return follower.isCaughtUp();
  }

  Optional<Receipt> receipt(String id) {
    return Optional.ofNullable(receipts.get(id));
  }

  /** Known here at once, before the topic brings it. */
  Receipt remember(Receipt receipt) {
    erased.add(receipt.toAvro());
    return receipts.merge(receipt.id(), receipt, Receipt::merge);
  }

  @Override
  public void start() {
    follower.start();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  @Override
  public boolean isRunning() {
    return follower.isRunning();
  }
}
