package dev.attune.inference.refill;

import dev.attune.inference.kafka.ProfileReader;
import dev.attune.inference.kafka.ProfileReader.Profile;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.refill.RefillStatus.State;
import dev.attune.kafka.background.BackgroundThread;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.predictions.RefillMarks;
import dev.attune.predictions.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Scores everybody again when Redis was emptied, restarted or taken over, and when another model
 * goes live: both show as marks in Redis that don't match ({@link RefillMarks}).
 *
 * <p>The source is the compacted {@code user-profiles}, committed records only, read while live
 * writes go on; the store keeps whichever version is newer. Reading to the end is not enough: a
 * user may have been scored, lost with Redis, and have a profile that is not committed yet. So the
 * topic is followed for as long as a transaction can be open, and only then is the refill complete.
 * Marks that vanish meanwhile start it over.
 *
 * <p>One thread; of several instances the one that holds the lease.
 */
public final class Refill extends BackgroundThread implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Refill.class);

  /** So many are scored between two looks at the lease; each may have a message to encode. */
  private static final int AT_ONCE = 100;

  private final String token = "refilling " + UUID.randomUUID();
  private final RefillSettings properties;
  private final Supplier<ModelSlots> models;
  private final RefillMarks marks;
  private final KafkaStart topics;
  private final Supplier<ProfileReader> readers;
  private final ProfileScorer scorer;
  private volatile RefillStatus status = RefillStatus.of(State.NO_MODEL);

  public Refill(
      RefillSettings properties,
      Supplier<ModelSlots> models,
      RefillMarks marks,
      KafkaStart topics,
      Supplier<ProfileReader> readers,
      ProfileScorer scorer) {
    super("refill");
    this.properties = properties;
    this.models = models;
    this.marks = marks;
    this.topics = topics;
    this.readers = readers;
    this.scorer = scorer;
  }

  public RefillStatus status() {
    return status;
  }

  @Override
  protected void run() {
    while (!pause(properties.interval())) {
      try {
        check();
      } catch (StoreException | KafkaException e) {
        waiting(e);
      } catch (RuntimeException e) {
        log.error("The refill failed and starts over", e);
        waiting(e);
      }
    }
  }

  private void waiting(RuntimeException e) {
    if (status.state() != State.WAITING) {
      log.warn("The refill waits: {}", e.getMessage());
    }
    status = new RefillStatus(State.WAITING, status.profiles(), String.valueOf(e.getMessage()));
  }

  private void check() {
    ServedModel model = models.get().live();
    if (model == null) {
      // the topics are for everybody, also before there is a model
      var unused = topics.attempt();
      status = RefillStatus.of(State.NO_MODEL);
    } else if (marks.isComplete(model.revision())) {
      status = new RefillStatus(State.COMPLETE, status.profiles(), "");
    } else if (!topics.attempt()) {
      status = new RefillStatus(State.WAITING, 0, "Kafka has no topics yet");
    } else if (marks.hold(token, properties.lease().toMillis())) {
      run(model.revision());
    } else {
      status = RefillStatus.of(State.ELSEWHERE);
    }
  }

  private void run(long revision) {
    log.info("Scoring everybody with model revision {}", revision);
    marks.begin(token);
    var run = new Run(revision);
    try (ProfileReader reader = readers.get()) {
      while (run.goesOn()) {
        run.apply(reader);
      }
    }
    if (run.notStored && marks.finish(token, revision)) {
      log.info("Everybody is scored with model revision {}: {} profiles", revision, run.profiles);
      status = new RefillStatus(State.COMPLETE, run.profiles, "");
    } else {
      log.info("The refill was overtaken after {} profiles", run.profiles);
    }
  }

  /** One pass over the profiles. */
  private final class Run {
    private final long revision;
    private long renewedAt = System.nanoTime();
    private long caughtUpAt;
    private boolean caughtUp;
    private boolean notStored;
    private boolean lost;
    private long profiles;

    Run(long revision) {
      this.revision = revision;
      status = RefillStatus.of(State.REFILLING);
    }

    boolean goesOn() {
      ServedModel model = models.get().live();
      boolean sameModel = model != null && model.revision() == revision;
      return !isStopping() && sameModel && !notStored && !lost;
    }

    void apply(ProfileReader reader) {
      List<Profile> batch = reader.next();
      for (int done = 0; done < batch.size() && !lost; done += AT_ONCE) {
        List<Profile> some = batch.subList(done, Math.min(batch.size(), done + AT_ONCE));
        scorer.score(some, properties.patience());
        profiles += some.size();
        renew();
      }
      if (!caughtUp && reader.isCaughtUp()) {
        caughtUp = true;
        caughtUpAt = System.nanoTime();
        log.info("{} profiles are scored; waiting for open transactions", profiles);
      }
      notStored = caughtUp && isOver(caughtUpAt, properties.settle());
      status = new RefillStatus(caughtUp ? State.SETTLING : State.REFILLING, profiles, "");
      renew();
    }

    private void renew() {
      if (isOver(renewedAt, properties.interval())) {
        renewedAt = System.nanoTime();
        lost = !marks.renew(token, properties.lease().toMillis());
      }
    }

    private static boolean isOver(long since, Duration duration) {
      return System.nanoTime() - since >= duration.toNanos();
    }
  }
}
