package dev.attune.responses.erasure;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.http.Problem;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The topic {@code erasures}, read from its beginning and followed: receipts by id and the list of
 * erased users. A few hundred bytes an erasure, and erasures are rare: all of it stays in memory.
 *
 * <p>Of an erasure that was recorded with another secret nobody can tell here whose it is. The list
 * is not complete then, and who needs it is refused; later erasures are still taken in.
 */
@Component
public class ErasureLog extends WholeTopicFollower<Erasure> {
  private static final Logger log = LoggerFactory.getLogger(ErasureLog.class);

  private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();

  /** Receipts' ids by the hashes that another secret made, which are the records' keys. */
  private final Map<String, String> foreign = new ConcurrentHashMap<>();

  private final UserHasher hasher;
  private final ErasedUsers erased;

  ErasureLog(
      KafkaSettings kafka,
      Topics topics,
      SchemaRegistryClient registry,
      ErasureSettings settings,
      MeterRegistry meters) {
    super(kafka, topics.erasures(), new AvroDeserializer<>(registry, Erasure.class));
    this.hasher = settings.hasher();
    this.erased = new ErasedUsers(hasher);
    Gauge.builder("attune.erasures.foreign", this, ErasureLog::foreign)
        .description("erasures that were recorded with another secret than is set here")
        .register(meters);
  }

  /**
   * Whose records to pass over.
   *
   * @throws Problem {@code unavailable} while that is not known: see {@link #isComplete}
   */
  public ErasedUsers erased() {
    mustBeComplete();
    return erased;
  }

  /** Whether the user was erased since a time, as far as is known here. */
  public boolean wasErasedSince(String userId, long millis) {
    return erased.excludes(userId, millis);
  }

  /** Whether it is known of every erasure whose it is. Else nothing may be told of anybody. */
  public boolean isComplete() {
    return isCaughtUp() && foreign() == 0;
  }

  /**
   * @throws Problem {@code unavailable} when it is not
   */
  public void mustBeComplete() {
    if (!isCaughtUp()) {
      throw Problem.unavailable("The list of erasures is being read.");
    }
    if (foreign() > 0) {
      throw Problem.unavailable("The list of erasures has some made with another secret.");
    }
  }

  /** Erasures of another secret; not those that are here with ours as well. */
  int foreign() {
    int unknown = 0;
    for (String receipt : foreign.values()) {
      unknown += receipts.containsKey(receipt) ? 0 : 1;
    }
    return unknown;
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
    if (isOurs(erasure)) {
      remember(Receipt.of(erasure));
    } else if (foreign.put(erasure.getUserHash(), erasure.getReceiptId()) == null) {
      log.error(
          "The erasure with the receipt {} was recorded with another ATTUNE_ERASURE_SECRET than is"
              + " set here: whose it is can't be told, so nothing is told of anybody",
          erasure.getReceiptId());
    }
  }

  /** Older records have the bare hash, which any secret completes. */
  private boolean isOurs(Erasure erasure) {
    return erasure.getHashKey().isEmpty() || erasure.getHashKey().equals(hasher.keyId());
  }

  @Override
  protected void forget(String userHash) {
    foreign.remove(userHash);
  }

  /** Known here at once, before the topic brings it. */
  Receipt remember(Receipt receipt) {
    erased.add(receipt.toAvro());
    return receipts.merge(receipt.id(), receipt, Receipt::merge);
  }
}
