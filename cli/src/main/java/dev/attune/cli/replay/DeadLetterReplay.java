package dev.attune.cli.replay;

import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.events.TimeRange;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends refused events again, as they are or corrected. An event keeps its id: what the topic holds
 * already is left out, and what a repetition doubles all the same counts once. Of several letters
 * of one event the newest is sent. Letters of users who were erased since are neither written nor
 * sent.
 *
 * <p>The letters of the span are held in memory; {@code --from} and {@code --to} bound it.
 */
public final class DeadLetterReplay {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Topics TOPICS = Topics.standard();
  private static final int BATCH = 250;
  // a quarter of what a body may hold
  private static final int BATCH_CHARACTERS = 1 << 20;

  private final Terminal screen;
  private final StackSettings settings;
  private final String key;
  private final SchemaRegistryClient registry;
  private final DeadLetterReader reader;
  private final SendTotals sent = new SendTotals();
  private final ReplayProgress progress;
  private volatile @Nullable TopicReader reading;
  private final ErasedDeadLetters erased;
  private final Map<String, RefusedEvent> events = new LinkedHashMap<>();
  // where letters point to: a record that could not be read must not pass for an accepted event
  private final Set<String> unread = new HashSet<>();
  private long letters;
  private long unreadable;
  private long alreadyAccepted;
  private long written;

  /**
   * @param key secret, for the gateway
   * @param hasher with the secret that erased users are named by
   */
  public DeadLetterReplay(Terminal screen, StackSettings settings, String key, UserHasher hasher) {
    this.screen = screen;
    this.key = key;
    this.erased = new ErasedDeadLetters(hasher);
    this.settings = settings;
    this.registry =
        new SchemaRegistryClient(URI.create(settings.registryUrl()), Duration.ofSeconds(10));
    this.reader = new DeadLetterReader(registry);
    this.progress = new ReplayProgress(screen, sent);
  }

  /** Writes the letters to a file, a line each, to be corrected; sends nothing. */
  public void dump(TimeRange span, Path out) throws InterruptedException {
    run(() -> readLetters(span), () -> write(out));
  }

  /** Sends what the letters of a span hold. */
  public void send(TimeRange span) throws InterruptedException {
    run(() -> readLetters(span), this::sendAll);
  }

  /** Sends the events of corrected lines. */
  public void send(Path corrected) throws InterruptedException {
    run(() -> readCorrected(corrected), this::sendAll);
  }

  private void run(Runnable read, Runnable use) throws InterruptedException {
    progress.watch(
        () -> {
          readErasures();
          read.run();
          leaveOutAccepted();
          use.run();
          return true;
        },
        this::readSoFar);
    summarize();
  }

  private void read(String topic, StartAt start, Consumer<ConsumerRecord<String, byte[]>> each) {
    var kafka = KafkaSettings.of(settings.bootstrapServers());
    try (TopicReader opened = TopicReader.of(kafka, "attune-replay", topic, start)) {
      reading = opened;
      opened.readToEnd(each);
    }
  }

  /** How much of the topic was read, 0 to 1. */
  private double readSoFar() {
    TopicReader known = reading;
    return known == null ? 0 : known.progress();
  }

  private void readErasures() {
    var deserializer = new AvroDeserializer<>(registry, Erasure.class);
    read(
        TOPICS.erasures(),
        new StartAt.Beginning(),
        record -> deserializer.readable(record).ifPresent(erased::add));
  }

  private void readLetters(TimeRange span) {
    var deserializer = new AvroDeserializer<>(registry, DeadLetter.class);
    read(
        TOPICS.deadLetters(),
        // a letter's record has the time of the event's receipt, which may be long before
        new StartAt.Beginning(),
        record -> {
          try {
            take(deserializer.deserialize(record.topic(), record.value()), span, place(record));
          } catch (RecordException.RegistryAway e) {
            throw e;
          } catch (RecordException e) {
            unreadable++;
          }
        });
  }

  private void take(@Nullable DeadLetter letter, TimeRange span, String place) {
    if (letter != null && span.contains(letter.getReceivedAt())) {
      unread.add(letter.getTopic() + "-" + letter.getPartition() + "-" + letter.getOffset());
      RefusedEvent refused = reader.read(letter, place);
      letters++;
      if (!erased.excludes(letter, refused)) {
        add(refused);
      }
    }
  }

  private void readCorrected(Path file) {
    try (var lines = Files.lines(file)) {
      lines
          .filter(line -> !line.isBlank())
          .map(line -> DeadLetterReader.corrected(line, "line " + (letters + unreadable)))
          .forEach(event -> event.ifPresentOrElse(this::addCorrected, () -> unreadable++));
    } catch (IOException | UncheckedIOException e) {
      throw new ServerException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private void addCorrected(RefusedEvent event) {
    letters++;
    if (!erased.excludes(event)) {
      add(event);
    }
  }

  private void add(RefusedEvent event) {
    events.merge(event.key(), event, RefusedEvent::newer);
  }

  private void write(Path out) {
    try (BufferedWriter lines = Files.newBufferedWriter(out)) {
      for (RefusedEvent event : inOrder()) {
        lines.append(event.line().toString()).append('\n');
        written++;
      }
    } catch (IOException e) {
      throw new ServerException("%s cannot be written: %s.".formatted(out, e.getMessage()), e);
    }
  }

  private List<RefusedEvent> inOrder() {
    return events.values().stream()
        .sorted(Comparator.comparingLong(RefusedEvent::refusedAt))
        .toList();
  }

  private void sendAll() {
    try (var gateway = new GatewayClient(settings.gatewayUrl(), key)) {
      List<String> batch = new ArrayList<>();
      int characters = 0;
      for (RefusedEvent refused : inOrder()) {
        ObjectNode event = refused.event();
        if (event == null) {
          unreadable++;
          continue;
        }
        String line = event.toString();
        if (batch.size() == BATCH || characters + line.length() > BATCH_CHARACTERS) {
          send(gateway, batch);
          characters = 0;
        }
        batch.add(line);
        characters += line.length();
      }
      send(gateway, batch);
    }
  }

  private void send(GatewayClient gateway, List<String> batch) {
    if (!batch.isEmpty()) {
      sent.add(batch.size(), gateway.send(batch));
      batch.clear();
    }
  }

  private void leaveOutAccepted() {
    if (events.isEmpty()) {
      return;
    }
    int before = events.size();
    long since = events.values().stream().mapToLong(RefusedEvent::refusedAt).min().orElse(0);
    var deserializer = new AvroDeserializer<>(registry, InteractionEvent.class);
    read(
        TOPICS.interactionEvents(),
        new StartAt.Time(since),
        record -> leaveOut(deserializer, record));
    alreadyAccepted = before - events.size();
  }

  private static String place(ConsumerRecord<?, ?> record) {
    return record.partition() + "-" + record.offset();
  }

  private void leaveOut(
      AvroDeserializer<InteractionEvent> deserializer, ConsumerRecord<String, byte[]> record) {
    if (unread.contains(record.topic() + "-" + place(record))) {
      return;
    }
    // poison in the topic is no accepted event
    deserializer
        .readable(record)
        .ifPresent(event -> events.remove(RefusedEvent.key(event.getEventId())));
  }

  private void summarize() {
    ObjectNode summary = JSON.createObjectNode();
    summary.put("letters", letters);
    summary.put("unreadable", unreadable);
    summary.put("erased", erased.passedOver());
    summary.put("alreadyAccepted", alreadyAccepted);
    summary.put("written", written);
    summary.put("sent", sent.sent.sum());
    summary.put("accepted", sent.accepted.sum());
    summary.put("rejected", sent.rejected());
    summary.put("seconds", Math.round(progress.seconds() * 10) / 10.0);
    ObjectNode codes = summary.putObject("rejectedByCode");
    sent.rejectedByCode().forEach(codes::put);
    screen.line(JSON.writeValueAsString(summary));
  }
}
