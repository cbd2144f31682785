package dev.attune.responses.decision;

import dev.attune.kafka.registry.RecordWriter;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.schemas.avro.Decision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Takes decisions on their way to the topic. Bounded and never blocking: a reply first has a place
 * kept, decides, and fills it; the place is free again once Kafka has the record. Until then the
 * spool has it too, so that it outlives the process. While every place is taken, the spool is full
 * or Kafka was never reached, there are none and replies are generic.
 *
 * <p>Invariant: places taken = decisions reserved, queued or in flight ≤ capacity.
 */
@Component
public class DecisionLog {
  private final Semaphore places;
  private final RecentDecisions recent;
  private final DecisionIds ids;
  private final DecisionSpool spool;
  private final DecisionMasking masking;
  private final Carrier carrier;
  private final Counter refused;
  private final RecordWriter<Decision> writer = new RecordWriter<>();

  /** Brings decisions to the topic. */
  interface Carrier {
    /** Of the topic; 0 until it was reached. */
    int partitions();

    /**
     * Takes a decision without waiting.
     *
     * @param record its bytes as {@link RecordWriter} writes them
     * @param done runs once it is in the topic, or lost
     */
    void send(DecisionId id, String userId, byte[] record, Runnable done);
  }

  DecisionLog(
      DecisionSettings settings,
      DecisionIds ids,
      DecisionSpool spool,
      DecisionMasking masking,
      Carrier carrier,
      MeterRegistry meters) {
    this.ids = ids;
    this.places = new Semaphore(settings.capacity());
    this.recent = new RecentDecisions(settings.recent());
    this.spool = spool;
    this.masking = masking;
    this.carrier = carrier;
    this.refused = Counter.builder("attune.decisions.refused").register(meters);
    Gauge.builder(
            "attune.decisions.pending", places, p -> settings.capacity() - p.availablePermits())
        .register(meters);
  }

  /** A place for one decision; not a real one when there is none. Close it in any case. */
  public Place reserve() {
    boolean real = carrier.partitions() > 0 && spool.hasRoom() && places.tryAcquire();
    if (!real) {
      refused.increment();
    }
    return new Place(real);
  }

  /** An id that leads to the record of a user's decision made now. */
  public String newId(String userId, Instant now) {
    return ids.next(partition(userId), now).toString();
  }

  /** One of this replica's newest, whether or not it is in the topic by now. */
  Optional<Decision> recent(DecisionId id) {
    return recent.find(id);
  }

  /** Kafka's own default partitioner, so that a user's decisions lie beside his events. */
  private int partition(String userId) {
    int partitions = carrier.partitions();
    return partitions == 0 ? 0 : KeyPartition.of(userId, partitions);
  }

  private void settled(int at) {
    spool.remove(at);
    places.release();
  }

  /** Room for one decision. Used by one thread. */
  public final class Place implements AutoCloseable {
    private final boolean real;
    private boolean filled;

    private Place(boolean real) {
      this.real = real;
    }

    public boolean isReal() {
      return real;
    }

    /**
     * Masks the decision and sends it off; without a real place it is only remembered for a while.
     */
    public void fill(Decision decision) {
      masking.mask(decision);
      DecisionId id = DecisionId.parse(decision.getDecisionId()).orElseThrow();
      byte[] record = writer.write(decision);
      recent.add(id, record);
      if (real) {
        filled = true;
        int at = spool.add(record);
        carrier.send(id, decision.getUserId(), record, () -> settled(at));
      }
    }

    @Override
    public void close() {
      if (real && !filled) {
        places.release();
      }
    }
  }
}
