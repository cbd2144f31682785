package dev.attune.cli.quality;

import dev.attune.cli.replay.DeadLetterReader;
import dev.attune.cli.replay.RefusedEvent;
import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.events.TimeRange;
import dev.attune.training.quality.EventQuality;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the topics of a running stack hold: accepted events and rejected ones. */
public final class StackEvents {
  private static final Topics TOPICS = Topics.standard();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private final ErasedUsers erased;

  /**
   * @param erased whose events are passed over
   */
  public StackEvents(StackSettings settings, ErasedUsers erased) {
    this.kafka = KafkaSettings.of(settings.bootstrapServers());
    this.registry = new SchemaRegistryClient(URI.create(settings.registryUrl()), PATIENCE);
    this.erased = erased;
  }

  /** Counts what was received within a span. */
  public void count(TimeRange span, EventQuality quality) {
    readAccepted(span, quality);
    readRejected(span, quality);
  }

  private void readAccepted(TimeRange span, EventQuality quality) {
    var events = new AvroDeserializer<>(registry, InteractionEvent.class);
    StartAt start =
        span.from() == TimeRange.ALL.from()
            ? new StartAt.Beginning()
            : new StartAt.Time(span.from());
    read(
        TOPICS.interactionEvents(),
        start,
        record ->
            events
                .readable(record)
                .filter(event -> span.contains(event.getReceivedAt()))
                .filter(event -> !erased.excludes(event.getUserId(), event.getReceivedAt()))
                .ifPresent(quality::accept));
  }

  /** A letter's record has the time of the event's receipt, which may be long before. */
  private void readRejected(TimeRange span, EventQuality quality) {
    var letters = new AvroDeserializer<>(registry, DeadLetter.class);
    var originals = new DeadLetterReader(registry);
    read(
        TOPICS.deadLetters(),
        new StartAt.Beginning(),
        record ->
            letters
                .readable(record)
                .filter(letter -> span.contains(letter.getReceivedAt()))
                .ifPresent(
                    letter -> {
                      RefusedEvent refused = originals.read(letter, "");
                      quality.rejected(sdk(refused.event()), letter.getReceivedAt());
                    }));
  }

  private static @Nullable String sdk(@Nullable ObjectNode event) {
    return event == null ? null : event.path("context").path("sdk").stringValue(null);
  }

  private void read(String topic, StartAt start, Consumer<ConsumerRecord<String, byte[]>> each) {
    try (var reader = TopicReader.of(kafka, "attune-quality", topic, start)) {
      reader.readToEnd(each);
    }
  }
}
