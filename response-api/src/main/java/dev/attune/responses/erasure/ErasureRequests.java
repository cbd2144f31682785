package dev.attune.responses.erasure;

import dev.attune.core.user.UserHasher;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.responses.topic.RequestWriter;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.UserErased;
import java.time.Clock;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.springframework.stereotype.Component;

/**
 * Puts an erasure among the user's own events, so that it takes its place in their order, and its
 * receipt into {@code erasures}. Answers only when Kafka has both.
 */
@Component
class ErasureRequests {
  private static final String WHAT = "The erasure";

  private final RequestWriter writer;
  private final Topics topics;
  private final int epoch;
  private final ErasureLog log;
  private final ErasureSettings settings;
  private final Clock clock;

  ErasureRequests(
      RequestWriter writer,
      Topics topics,
      ReplySettings replies,
      ErasureLog log,
      ErasureSettings settings,
      Clock clock) {
    this.writer = writer;
    this.topics = topics;
    this.epoch = replies.epoch();
    this.log = log;
    this.settings = settings;
    this.clock = clock;
  }

  Receipt erase(String userId, String id) {
    long now = clock.millis();
    InteractionEvent event =
        InteractionEvent.newBuilder()
            .setEventId(id)
            .setType("user_erased")
            .setUserId(userId)
            .setOccurredAt(now)
            .setReceivedAt(now)
            .setUserErased(new UserErased(id))
            .build();
    RecordMetadata sent = writer.write(topics.interactionEvents(), userId, event, WHAT);
    if (!sent.hasOffset()) {
      throw RequestWriter.notRecorded(WHAT);
    }
    Position position = new Position(epoch, sent.partition(), sent.offset());
    UserHasher hasher = settings.hasher();
    Receipt receipt =
        new Receipt(id, hasher.hash(userId), hasher.keyId(), position, now, null, null, null);
    publish(receipt);
    return receipt;
  }

  /** Tells every replica. */
  void publish(Receipt receipt) {
    var unused = writer.write(topics.erasures(), receipt.userHash(), receipt.toAvro(), WHAT);
    var known = log.remember(receipt);
  }
}
