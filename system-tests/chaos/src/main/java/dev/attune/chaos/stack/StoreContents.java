package dev.attune.chaos.stack;

import dev.attune.chaos.ledger.CountedEvents;
import dev.attune.chaos.ledger.Evidence;
import dev.attune.chaos.ledger.FaultTimes;
import dev.attune.chaos.ledger.Ledger;
import dev.attune.chaos.ledger.LedgerCheck;
import dev.attune.chaos.ledger.SentEvent;
import dev.attune.chaos.ledger.StoredEvents;
import dev.attune.chaos.ledger.UserRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.avro.UserProfile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a stack's stores hold now, as anybody could read it. */
public final class StoreContents {
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(10);

  /** The feature that is counted anew. */
  private static final String CLICKS = "clicks_24h";

  /** As feature-streams' own settings have it: its consumer group. */
  private static final String GROUP = "attune-feature-streams";

  private final Places places;
  private final Topics topics = Topics.standard();
  private final SchemaRegistryClient registry;
  private final int clicksColumn;

  /**
   * Where they are.
   *
   * @param redis every server's address
   */
  public record Places(
      KafkaSettings kafka,
      String registryUrl,
      List<String> redis,
      String responsesUrl,
      Path playbook) {}

  public StoreContents(Places places) {
    this.places = places;
    this.registry = new SchemaRegistryClient(URI.create(places.registryUrl()), REGISTRY_TIMEOUT);
    this.clicksColumn =
        Playbook.load(places.playbook()).features().columns().stream()
            .filter(column -> column.name().equals(CLICKS))
            .findFirst()
            .orElseThrow()
            .index();
  }

  /** Whether all that was accepted is applied and in Redis, and all that was shown is logged. */
  public boolean hasAll(Ledger ledger, Set<String> shown) {
    if (lag() > 0 || !LedgerCheck.behind(ledger, redis(ledger.lastAccepted().keySet())).isEmpty()) {
      return false;
    }
    Map<String, UserRow> state = state();
    return LedgerCheck.redisEqualsState(state, redis(state.keySet())).held()
        && LedgerCheck.shownIsLogged(shown, decisions()).held();
  }

  /** All that is compared with the ledger. */
  public Evidence evidence(Ledger ledger, FaultTimes faults, Set<String> shown)
      throws InterruptedException {
    StoredEvents stored = storedEvents();
    var counted = countedEvents();
    Map<String, UserRow> state = state();
    return new Evidence(
        ledger,
        faults,
        stored,
        counted,
        clicksByApi(counted.clicks().keySet()),
        state,
        redis(state.keySet()),
        shown,
        decisions());
  }

  public StoredEvents storedEvents() {
    var stored = new StoredEvents();
    AvroDeserializer<InteractionEvent> reader = reader(InteractionEvent.class);
    read(
        topics.interactionEvents(),
        record -> {
          InteractionEvent event =
              Objects.requireNonNull(reader.deserialize(record.topic(), record.value()));
          boolean click = event.getType().equals("clicked");
          stored.add(
              record.partition(),
              record.offset(),
              new SentEvent(event.getEventId(), event.getUserId(), click));
        });
    return stored;
  }

  public CountedEvents countedEvents() {
    var counted = new CountedEvents();
    AvroDeserializer<SessionFeatures> reader = reader(SessionFeatures.class);
    read(
        topics.sessionFeatures(),
        record -> {
          SessionFeatures row =
              Objects.requireNonNull(reader.deserialize(record.topic(), record.value()));
          counted.add(
              row.getPartition(),
              row.getOffset(),
              row.getUserId(),
              row.getVector().getNumbers().get(clicksColumn));
        });
    return counted;
  }

  /** How often each decision was logged, by its id. */
  public Map<String, Integer> decisions() {
    Map<String, Integer> copies = new HashMap<>();
    AvroDeserializer<Decision> reader = reader(Decision.class);
    read(
        topics.decisions(),
        record ->
            copies.merge(
                Objects.requireNonNull(reader.deserialize(record.topic(), record.value()))
                    .getDecisionId(),
                1,
                Integer::sum));
    return copies;
  }

  /** The streams' state of each user, as they tell it. */
  public Map<String, UserRow> state() {
    Map<String, UserRow> rows = new HashMap<>();
    AvroDeserializer<UserProfile> reader = reader(UserProfile.class);
    read(
        topics.userProfiles(),
        record -> {
          UserProfile row =
              Objects.requireNonNull(reader.deserialize(record.topic(), record.value()));
          rows.put(
              row.getUserId(),
              new UserRow(
                  new Position(row.getEpoch(), row.getPartition(), row.getOffset()),
                  row.getVector().getNumbers()));
        });
    return rows;
  }

  /** All up to now, each partition's in their order. */
  private void read(String topic, Consumer<ConsumerRecord<String, byte[]>> each) {
    try (TopicReader reader =
        TopicReader.of(places.kafka(), "attune-chaos", topic, new StartAt.Beginning())) {
      reader.readToEnd(each);
    }
  }

  private <T extends SpecificRecord> AvroDeserializer<T> reader(Class<T> type) {
    return new AvroDeserializer<>(registry, type);
  }

  /** What replies are made of; who is not there is left out. */
  public Map<String, UserRow> redis(Collection<String> users) {
    Map<String, UserRow> rows = new HashMap<>();
    new PredictionRows(places.redis())
        .read(users)
        .forEach((user, found) -> found.ifPresent(stored -> rows.put(user, row(stored))));
    return rows;
  }

  private static UserRow row(StoredPrediction stored) {
    return new UserRow(
        new Position(stored.getEpoch(), stored.getPartition(), stored.getOffset()),
        stored.getVector().getNumbers());
  }

  /** Everybody's clicks as {@code GET /v1/users/{id}} tells them. */
  public Map<String, Double> clicksByApi(Collection<String> users) throws InterruptedException {
    return UserLookUps.numbers(places.responsesUrl(), users, CLICKS);
  }

  /** Events that are stored and not yet committed as applied. */
  public long lag() {
    try (KafkaAdmin admin = new KafkaAdmin(places.kafka())) {
      Map<TopicPartition, Long> committed = admin.committed(GROUP);
      return admin.end(topics.interactionEvents()).entrySet().stream()
          .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
          .sum();
    }
  }
}
