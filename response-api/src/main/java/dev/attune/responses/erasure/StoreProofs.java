package dev.attune.responses.erasure;

import dev.attune.kafka.KafkaSettings;
import dev.attune.responses.erasure.ReceiptBody.Store;
import dev.attune.schemas.KeptTopic;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
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
    stores.add(new Store("feature-state", "row deleted", state, state));
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
    // these hold no user's id, only what it was hashed to
    List<String> withoutIds = List.of(topics.erasures(), topics.audit());
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
    Map<String, Duration> kept = new java.util.HashMap<>();
    for (KeptTopic topic : topics.all()) {
      if (!topic.isCompacted()) {
        topic.retention().ifPresent(time -> kept.put(topic.name(), time.plusDays(1)));
      }
    }
    List<ConfigResource> wanted =
        kept.keySet().stream()
            .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
            .toList();
    try (Admin admin = Admin.create(kafka.client())) {
      admin
          .describeConfigs(wanted)
          .all()
          .get(5, TimeUnit.SECONDS)
          .forEach((topic, config) -> kept.put(topic.name(), longest(config)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      return kept;
    }
    return kept;
  }

  private static Duration longest(Config config) {
    return millis(config, TopicConfig.RETENTION_MS_CONFIG)
        .plus(millis(config, TopicConfig.SEGMENT_MS_CONFIG));
  }

  private static Duration millis(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null
        ? Duration.ZERO
        : Duration.ofMillis(Long.parseLong(entry.value()));
  }
}
