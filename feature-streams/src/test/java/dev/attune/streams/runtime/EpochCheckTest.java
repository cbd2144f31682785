package dev.attune.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.Position;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class EpochCheckTest {
  private final EpochCheck epochs = new EpochCheck("events", 1);

  private void readAt(int partition, long row, long record) {
    epochs.noticed(new Position(1, partition, row), new Position(1, partition, record));
  }

  private void end(int partition, long end) {
    epochs.judge(epochs.unjudged(), Map.of(new TopicPartition("events", partition), end));
  }

  @Test
  void aRowBeforeTheTopicsEndWasMadeFromThisTopic() {
    readAt(2, 99, 40);
    end(2, 100);

    assertThat(epochs.createdAnew()).isEmpty();
    assertThat(epochs.open()).isZero();
  }

  @Test
  void aRowAtTheTopicsEndComesFromAnotherTopic() {
    readAt(2, 99, 40);
    end(2, 99);

    assertThat(epochs.createdAnew()).containsExactly(2);
  }

  @Test
  void theFarthestRowDecides() {
    readAt(2, 10, 4);
    readAt(2, 99, 5);
    readAt(2, 11, 6);
    end(2, 50);

    assertThat(epochs.createdAnew()).containsExactly(2);
  }

  @Test
  void aPartitionIsJudgedByItsOwnEnd() {
    readAt(2, 99, 40);
    end(3, 5);

    assertThat(epochs.createdAnew()).isEmpty();
    assertThat(epochs.open()).isEqualTo(1);
  }

  /** The end was asked for before this record was read: it says nothing of it. */
  @Test
  void whatIsNoticedMeanwhileIsJudgedNextTime() {
    readAt(2, 10, 4);
    Map<Integer, Long> asked = epochs.unjudged();
    readAt(2, 20, 15);
    epochs.judge(asked, Map.of(new TopicPartition("events", 2), 15L));

    assertThat(epochs.createdAnew()).isEmpty();
    assertThat(epochs.open()).isEqualTo(1);
  }

  @Test
  void whatWasFoundStaysWhenTheTopicHasGrown() {
    readAt(2, 99, 40);
    end(2, 50);
    readAt(2, 99, 60);
    end(2, 500);

    assertThat(epochs.createdAnew()).containsExactly(2);
  }

  @Test
  void aTopicOfTheSameNameWithAnotherIdWasCreatedAnew() {
    Uuid id = Uuid.randomUuid();
    epochs.see(id, Set.of(0, 1));
    epochs.see(id, Set.of(0, 1, 2));
    assertThat(epochs.createdAnew()).isEmpty();

    epochs.see(Uuid.randomUuid(), Set.of(0, 1));
    assertThat(epochs.createdAnew()).containsExactly(0, 1);
  }

  @Test
  void aRowOfAHigherEpochShowsThatTheEpochWasLowered() {
    epochs.noticed(new Position(3, 0, 7), new Position(1, 0, 8));

    assertThat(epochs.highestEpoch()).isEqualTo(3);
    assertThat(epochs.createdAnew()).isEmpty();
    assertThat(epochs.open()).isZero();
  }
}
