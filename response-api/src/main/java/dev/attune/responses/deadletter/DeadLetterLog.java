package dev.attune.responses.deadletter;

import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.springframework.stereotype.Component;

/**
 * The newest dead letters, at most 5 KiB each in memory. Those of erased users are passed over. A
 * letter that names nobody is passed over as soon as anybody was erased after it: it may be that
 * user's.
 */
@Component
class DeadLetterLog extends WholeTopicFollower<DeadLetter> {
  /** Of each partition when reading starts, and of all of them afterwards. */
  static final int KEPT = 500;

  private final ConcurrentLinkedDeque<DeadLetterView> newest = new ConcurrentLinkedDeque<>();
  private final ErasureLog erasures;

  DeadLetterLog(
      KafkaSettings kafka, Topics topics, SchemaRegistryClient registry, ErasureLog erasures) {
    super(
        kafka,
        topics.deadLetters(),
        new AvroDeserializer<>(registry, DeadLetter.class),
        new StartAt.Tail(KEPT));
    this.erasures = erasures;
  }

  @Override
  protected void remember(DeadLetter record, long offset) {
    DeadLetterView letter = DeadLetterView.of(record);
    // a reader that begins anew brings what is here already
    if (!newest.contains(letter)) {
      newest.addFirst(letter);
    }
    while (newest.size() > KEPT) {
      newest.pollLast();
    }
  }

  /** False: who was erased is not known yet, so nothing may be told. */
  boolean isReadable() {
    return erasures.isComplete();
  }

  /** Newest first. */
  List<DeadLetterView> letters() {
    ErasedUsers erased = erasures.erased();
    newest.removeIf(letter -> isErased(letter, erased));
    return newest.stream().sorted((a, b) -> b.receivedAt().compareTo(a.receivedAt())).toList();
  }

  private static boolean isErased(DeadLetterView letter, ErasedUsers erased) {
    long at = letter.receivedAt().toEpochMilli();
    return letter.users().isEmpty()
        ? erased.mayExclude(at)
        : letter.users().stream().anyMatch(user -> erased.excludes(user, at));
  }
}
