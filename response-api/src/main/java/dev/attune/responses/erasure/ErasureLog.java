package dev.attune.responses.erasure;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The topic {@code erasures}, read from its beginning and followed: receipts by id and the list of
 * erased users. A few hundred bytes an erasure, and erasures are rare: all of it stays in memory.
 */
@Component
public class ErasureLog extends WholeTopicFollower<Erasure> {
  private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();
  private final UserHasher hasher;
  private final ErasedUsers erased;

  ErasureLog(
      KafkaSettings kafka, Topics topics, SchemaRegistryClient registry, ErasureSettings settings) {
    super(kafka, topics.erasures(), new AvroDeserializer<>(registry, Erasure.class));
    this.hasher = settings.hasher();
    this.erased = new ErasedUsers(hasher);
  }

  /** Whose records to pass over. */
  public ErasedUsers erased() {
    return erased;
  }

  /** What stands for the user in lists that outlive him. */
  public String hash(String userId) {
    return hasher.hash(userId);
  }

  Optional<Receipt> receipt(String id) {
    return Optional.ofNullable(receipts.get(id));
  }

  @Override
  protected void remember(Erasure erasure, long offset) {
    remember(Receipt.of(erasure));
  }

  /** Known here at once, before the topic brings it. */
  Receipt remember(Receipt receipt) {
    erased.add(receipt.toAvro());
    return receipts.merge(receipt.id(), receipt, Receipt::merge);
  }
}
