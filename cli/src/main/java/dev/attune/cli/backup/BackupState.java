package dev.attune.cli.backup;

import dev.attune.training.UserFault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run leaves for the next one and for a restore, as {@code backup.json}.
 *
 * @param format of the folder
 * @param epoch of the topics' positions, as {@code ATTUNE_EPOCH} was for the services
 * @param topics how far each was read, by its name without a prefix
 * @param receipts the erasures that were carried out in the files
 */
record BackupState(int format, int epoch, Map<String, TopicState> topics, List<String> receipts) {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final int FORMAT = 1;

  /**
   * A topic.
   *
   * @param topicId Kafka's id: a topic that was created anew has another one
   * @param next the first offset that was not read, by partition; each partition is there
   * @param lost how many records Kafka had deleted before any run read them, by partition
   * @param schemas ids of the schemas that values name
   * @param oldest time of the oldest record, epoch milliseconds; {@link Long#MAX_VALUE}: none
   */
  record TopicState(
      String topicId,
      Map<Integer, Long> next,
      Map<Integer, Long> lost,
      Set<Integer> schemas,
      long oldest) {
    static TopicState begin(String topicId) {
      return new TopicState(topicId, Map.of(), Map.of(), Set.of(), Long.MAX_VALUE);
    }

    TopicState {
      next = Map.copyOf(next);
      lost = Map.copyOf(lost);
      schemas = Set.copyOf(schemas);
    }

    TopicState with(Part part) {
      Map<Integer, Long> reached = new TreeMap<>(next);
      Map<Integer, Long> missed = new TreeMap<>(lost);
      Set<Integer> named = new TreeSet<>(schemas);
      reached.put(part.partition(), part.next());
      if (part.lost() > 0) {
        missed.merge(part.partition(), part.lost(), Long::sum);
      }
      named.addAll(part.schemas());
      return new TopicState(topicId, reached, missed, named, Math.min(oldest, part.oldest()));
    }

    long lostRecords() {
      return lost.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** What a run has read of a partition. */
  record Part(int partition, long next, long lost, Set<Integer> schemas, long oldest) {}

  BackupState {
    topics = Map.copyOf(topics);
    receipts = List.copyOf(receipts);
  }

  static BackupState begin(int epoch) {
    return new BackupState(FORMAT, epoch, Map.of(), List.of());
  }

  /**
   * @param place for people
   */
  static BackupState of(byte[] bytes, String place) {
    try {
      BackupState state = JSON.readValue(bytes, BackupState.class);
      if (state.format() != FORMAT) {
        throw new UserFault("%s is of another version of Attune.".formatted(place));
      }
      return state;
    } catch (JacksonException e) {
      throw new UserFault("%s can't be read.".formatted(place), e);
    }
  }

  byte[] bytes() {
    return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Nullable TopicState of(BackupTopic topic) {
    return topics.get(topic.folder());
  }

  BackupState with(BackupTopic topic, TopicState progress) {
    Map<String, TopicState> all = new TreeMap<>(topics);
    all.put(topic.folder(), progress);
    return new BackupState(format, epoch, all, receipts);
  }

  BackupState carriedOut(Set<String> all) {
    return new BackupState(format, epoch, topics, List.copyOf(new TreeSet<>(all)));
  }
}
