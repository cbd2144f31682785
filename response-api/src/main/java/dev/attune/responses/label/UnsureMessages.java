package dev.attune.responses.label;

import dev.attune.core.scoring.LikeliestTwo;
import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.responses.topic.LongReads;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.stereotype.Component;

/**
 * Messages of late of which the model was least sure when it scored them. The newest predictions
 * are read, then the events that they are of: most are no messages, so both are read in one go. Of
 * equal texts one is told. What was erased, and a text that has a label, is passed over.
 */
@Component
class UnsureMessages {
  /** Predictions of each partition: of what is asked a person answers some dozens at a time. */
  private static final int TAIL = 2_000;

  /** What is not read by then is told as incomplete. */
  private static final Duration BUDGET = Duration.ofSeconds(10);

  /** Likeliest labels of a message: more a person doesn't compare. */
  private static final int SHOWN = 3;

  private final KafkaSettings kafka;
  private final Topics topics;
  private final int epoch;
  private final ErasureLog erasures;
  private final LabelLog labels;
  private final AvroDeserializer<Prediction> predictions;
  private final AvroDeserializer<InteractionEvent> events;
  private final LongReads reads = new LongReads("Other messages are being looked for.");

  UnsureMessages(
      KafkaSettings kafka,
      Topics topics,
      SchemaRegistryClient registry,
      ReplySettings replies,
      ErasureLog erasures,
      LabelLog labels) {
    this.kafka = kafka;
    this.topics = topics;
    this.epoch = replies.epoch();
    this.erasures = erasures;
    this.labels = labels;
    this.predictions = new AvroDeserializer<>(registry, Prediction.class);
    this.events = new AvroDeserializer<>(registry, InteractionEvent.class);
  }

  /**
   * A message.
   *
   * @param likeliest at most three labels, the likeliest first
   * @param margin between the first two
   */
  record Message(
      String eventId,
      String userId,
      String text,
      Instant occurredAt,
      String modelVersion,
      List<LabelProbability> likeliest,
      double margin) {}

  /**
   * What was found.
   *
   * @param messages the least sure first
   * @param labels all that the predictions name
   * @param predictions how many were looked at
   * @param complete false when the time was over before all were read
   */
  record Found(List<Message> messages, Set<String> labels, int predictions, boolean complete) {}

  private record Guess(
      String userId, String version, List<LabelProbability> likeliest, double margin) {}

  Found find(int count) {
    return reads.take(() -> read(count, System.nanoTime()));
  }

  private Found read(int count, long start) {
    Map<Position, Guess> guesses = new HashMap<>();
    Set<String> named = new TreeSet<>();
    boolean allPredictions =
        read(
            topics.predictions(),
            new StartAt.Tail(TAIL),
            start + BUDGET.toNanos() / 2,
            record -> predictions.readable(record).ifPresent(one -> add(one, guesses, named)));
    Map<Integer, Long> oldest = new HashMap<>();
    guesses.keySet().forEach(at -> oldest.merge(at.partition(), at.offset(), Math::min));
    Map<String, Message> byText = new HashMap<>();
    boolean allEvents =
        read(
            topics.interactionEvents(),
            new StartAt.Offsets(oldest),
            start + BUDGET.toNanos(),
            record -> add(record, guesses, byText));
    List<Message> least =
        byText.values().stream()
            .filter(message -> !isLabelled(message))
            .sorted(Comparator.comparingDouble(Message::margin).thenComparing(Message::eventId))
            .limit(count)
            .toList();
    return new Found(least, named, guesses.size(), allPredictions && allEvents);
  }

  /** Up to the end that the topic has now; false when the time was over before. */
  private boolean read(
      String topic, StartAt from, long deadline, Consumer<ConsumerRecord<String, byte[]>> each) {
    try (TopicReader reader = TopicReader.of(kafka, "attune-responses-labels", topic, from)) {
      while (!reader.isCaughtUp()) {
        if (System.nanoTime() >= deadline) {
          return false;
        }
        reader.poll().forEach(each);
      }
      return true;
    }
  }

  private void add(Prediction prediction, Map<Position, Guess> guesses, Set<String> named) {
    List<LabelProbability> all = prediction.getProbabilities();
    if (prediction.getEpoch() != epoch || all.isEmpty()) {
      return;
    }
    float[] probabilities = new float[all.size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = all.get(i).getProbability();
      named.add(all.get(i).getLabel());
    }
    guesses.put(
        new Position(epoch, prediction.getPartition(), prediction.getOffset()),
        new Guess(
            prediction.getUserId(),
            prediction.getModelVersion(),
            List.copyOf(all.subList(0, Math.min(SHOWN, all.size()))),
            LikeliestTwo.of(probabilities).margin()));
  }

  private void add(
      ConsumerRecord<String, byte[]> record,
      Map<Position, Guess> guesses,
      Map<String, Message> byText) {
    Position position = new Position(epoch, record.partition(), record.offset());
    Guess guess = guesses.get(position);
    if (guess == null || !guess.userId().equals(record.key()) || isErased(record, position)) {
      return;
    }
    events
        .readable(record)
        .filter(event -> !text(event).isBlank())
        .map(event -> message(event, guess))
        .ifPresent(
            message ->
                byText.merge(
                    message.text().strip().toLowerCase(Locale.ROOT), message, this::chosen));
  }

  private boolean isErased(ConsumerRecord<String, byte[]> record, Position position) {
    ErasedUsers erased = erasures.erased();
    return erased.excludes(record.key(), record.timestamp())
        || erased.excludes(record.key(), position);
  }

  /** Of a text the message that has a label already, which is not told, else the least sure one. */
  private Message chosen(Message one, Message other) {
    boolean first = isLabelled(one) || (!isLabelled(other) && one.margin() <= other.margin());
    return first ? one : other;
  }

  private boolean isLabelled(Message message) {
    return labels.of(message.eventId()) != null;
  }

  private static Message message(InteractionEvent event, Guess guess) {
    return new Message(
        event.getEventId(),
        event.getUserId(),
        text(event),
        Instant.ofEpochMilli(event.getOccurredAt()),
        guess.version(),
        guess.likeliest(),
        guess.margin());
  }

  /** Empty: it is no message, or one without a text. */
  private static String text(InteractionEvent event) {
    return event.getMessageSent() == null || event.getMessageSent().getText() == null
        ? ""
        : event.getMessageSent().getText();
  }
}
