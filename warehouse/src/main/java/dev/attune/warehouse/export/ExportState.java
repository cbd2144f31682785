package dev.attune.warehouse.export;

import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run leaves for the next one, as {@code _export.json}.
 *
 * @param tables how far each was read, by its folder
 * @param receipts the erasures that were carried out here, while their topic keeps them
 */
record ExportState(Map<String, Progress> tables, List<String> receipts) {
  private static final JsonMapper JSON = JsonMapper.shared();

  static final ExportState EMPTY = new ExportState(Map.of(), List.of());

  /**
   * A topic.
   *
   * @param topicId Kafka's id: a topic that was created anew has another one, and is read from its
   *     beginning
   * @param next the first offset that was not read, by partition
   * @param lost how many records Kafka had deleted before any run read them, by partition; null: a
   *     run of before this was noted
   */
  record Progress(String topicId, Map<Integer, Long> next, @Nullable Map<Integer, Long> lost) {
    Progress {
      next = Map.copyOf(next);
      lost = lost == null ? Map.of() : Map.copyOf(lost);
    }
  }

  ExportState {
    tables = Map.copyOf(tables);
    receipts = List.copyOf(receipts);
  }

  /**
   * Reads the bytes of the last run.
   *
   * @throws WarehouseException when they are damaged: to begin anew would be right but slow, which
   *     is for a person to decide
   */
  static ExportState of(byte @Nullable [] bytes) {
    if (bytes == null) {
      return EMPTY;
    }
    try {
      return JSON.readValue(bytes, ExportState.class);
    } catch (JacksonException e) {
      throw new WarehouseException(
          "_export.json can't be read; without it the next run reads everything anew, and each row stays once.",
          e);
    }
  }

  byte[] bytes() {
    return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Where a topic's partition is to be read from; 0 when it is not the same topic. */
  long next(Table table, String topicId, int partition) {
    Progress known = tables.get(table.folder());
    return known == null || !known.topicId().equals(topicId)
        ? 0
        : known.next().getOrDefault(partition, 0L);
  }

  ExportState reached(Table table, String topicId, int partition, long next, long newlyLost) {
    Map<Integer, Long> all = new TreeMap<>();
    Map<Integer, Long> lost = new TreeMap<>();
    Progress known = tables.get(table.folder());
    if (known != null && known.topicId().equals(topicId)) {
      all.putAll(known.next());
      lost.putAll(Objects.requireNonNull(known.lost()));
    }
    all.put(partition, next);
    lost.merge(partition, newlyLost, Long::sum);
    Map<String, Progress> others = new TreeMap<>(tables);
    others.put(table.folder(), new Progress(topicId, all, lost));
    return new ExportState(others, receipts);
  }

  /** All of these erasures are carried out; what their topic no longer has is forgotten. */
  ExportState carriedOut(Set<String> all) {
    return new ExportState(tables, List.copyOf(new TreeSet<>(all)));
  }
}
