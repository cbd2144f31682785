package dev.attune.responses.erasure;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.responses.erasure.ReceiptBody.Store;
import dev.attune.schemas.KeptTopic;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Tells for every store what became of an erased user there. A topic kept by time can't be
 * rewritten: a record expires with its segment, at most {@code retention.ms + segment.ms} after it
 * was written, as the broker is configured now.
 */
@Component
class StoreProofs {
  private static final Duration COMPACTION = Duration.ofHours(24);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The longest gap that a playbook may set. */
  private static final Duration LONGEST_SESSION = Duration.ofHours(12);

  private final KafkaSettings kafka;
  private final Topics topics;
  private final ErasureSettings settings;

  StoreProofs(KafkaSettings kafka, Topics topics, ErasureSettings settings) {
    this.kafka = kafka;
    this.topics = topics;
    this.settings = settings;
  }

  ReceiptBody body(Receipt receipt) {
    return new ReceiptBody(
        receipt.id(),
        Instant.ofEpochMilli(receipt.requestedAt()),
        receipt.position().token(),
        receipt.isComplete() && (!isExported() || receipt.exportErasedAt() != null),
        stores(receipt));
  }

  private boolean isExported() {
    return !settings.export().isBlank();
  }

  private List<Store> stores(Receipt receipt) {
    Instant state = instant(receipt.stateErasedAt());
    Instant compacted = state == null ? null : state.plus(COMPACTION);
    List<Store> stores = new ArrayList<>();
    Instant closed = state == null ? null : state.plus(LONGEST_SESSION);
    stores.add(
        new Store(
            "feature-state",
            "rows deleted; the id leaves the list of open sessions when its time is over",
            state,
            closed));
    stores.add(
        new Store(
            "feature-state-changelog", "older rows replaced, then compacted", state, compacted));
    stores.add(
        new Store(
            "predictions-redis",
            "value removed, version kept",
            instant(receipt.predictionErasedAt()),
            instant(receipt.predictionErasedAt())));
    for (String topic : List.of(topics.userProfiles(), topics.recentUsers())) {
      stores.add(new Store(topic, "tombstone, then compacted", state, compacted));
    }
    Instant exported = instant(receipt.exportErasedAt());
    if (isExported() || exported != null) {
      stores.add(new Store("export", "files rewritten without the user", exported, exported));
    }
    Map<String, Duration> kept = kept();
    // these hold no user's id, at most what it was hashed to
    List<String> withoutIds = List.of(topics.erasures(), topics.audit(), topics.modelSteps());
    for (KeptTopic topic : topics.all()) {
      Duration time = kept.get(topic.name());
      if (time != null && !withoutIds.contains(topic.name())) {
        Instant expires = Instant.ofEpochMilli(receipt.requestedAt()).plus(time);
        stores.add(new Store(topic.name(), "passed over by every reader", null, expires));
      }
    }
    return stores;
  }

  private static @Nullable Instant instant(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  /** How long a record can stay, by topic: as the broker says, else as Attune creates topics. */
  private Map<String, Duration> kept() {
    Map<String, Duration> kept = new HashMap<>();
    for (KeptTopic topic : topics.all()) {
      if (!topic.isCompacted()) {
        topic.retention().ifPresent(time -> kept.put(topic.name(), time.plusDays(1)));
      }
    }
    try (KafkaAdmin admin = new KafkaAdmin(kafka, PATIENCE)) {
      kept.putAll(admin.longestKept(kept.keySet()));
      return kept;
    } catch (KafkaException e) {
      return kept;
    }
  }
}
