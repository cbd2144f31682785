package dev.attune.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.gateway.kafka.PublishResult.Acknowledged;
import dev.attune.gateway.kafka.PublishResult.Reason;
import dev.attune.gateway.kafka.PublishResult.Unacknowledged;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
  private final Acknowledgements two = new Acknowledgements(1, 2);

  @Test
  void positionsWithTheirEpochAreTheTokens() {
    two.of(1).onCompletion(stored(4, 17), null);
    assertThat(two.areOver()).isFalse();
    two.of(0).onCompletion(stored(3, 1523), null);

    assertThat(two.published())
        .isCompletedWithValue(new Acknowledged(List.of("32771-1523", "32772-17")));
  }

  /**
   * What the producer makes of DUPLICATE_SEQUENCE_NUMBER: an attempt that was thought lost has
   * stored the batch, so long ago that the broker no longer knows its offset.
   */
  @Test
  void anEventStoredNobodyKnowsWhereIsNotAccepted() {
    two.of(0).onCompletion(stored(3, ProduceResponse.INVALID_OFFSET), null);
    two.of(1).onCompletion(stored(4, 17), null);

    assertThat(two.published()).isCompletedWithValue(new Unacknowledged(Reason.NO_OFFSET));
  }

  private static RecordMetadata stored(int partition, long offset) {
    return new RecordMetadata(new TopicPartition("events", partition), offset, 0, 0, 0, 0);
  }
}
