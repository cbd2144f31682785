package dev.attune.inference.refill;

import dev.attune.core.feature.FeatureRow;
import dev.attune.inference.kafka.ProfileReader.Profile;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.scoring.PredictionRecords;
import dev.attune.inference.scoring.Predictor;
import dev.attune.inference.scoring.ScoreResult;
import dev.attune.inference.scoring.ScoreTask;
import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.predictions.PredictionWriter.Written;
import dev.attune.predictions.StoreException;
import dev.attune.predictions.StoredEntry;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Scores and stores profiles: the same predictions and the same writes as live events get. */
@Component
public final class ProfileScorer {
  /**
   * An erasure is told from later events by receipt times, which several gateways stamp. Within
   * this of each other the erasure counts as the later: an erased user must not come back, while
   * one who returned within seconds has a prediction again at the next event.
   */
  private static final long CLOCK_SKEW_MILLIS = 5_000;

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Supplier<ModelSlots> models;
  private final PredictionWriter store;
  private final InstantSource clock;
  private final MeterRegistry registry;

  public ProfileScorer(
      Supplier<ModelSlots> models,
      PredictionWriter store,
      InstantSource clock,
      MeterRegistry registry) {
    this.models = models;
    this.store = store;
    this.clock = clock;
    this.registry = registry;
  }

  /**
   * Brings these users up to their profiles. A profile that is no valid one is counted and passed
   * over: those behind it are wanted too.
   *
   * @throws StoreException when Redis or the model stays away longer than {@code patience}
   */
  void score(List<Profile> profiles, Duration patience) {
    List<ScoreTask.Score> tasks = new ArrayList<>(profiles.size());
    for (Profile profile : profiles) {
      UserProfile known = profile.profile();
      if (known == null) {
        erase(profile);
      } else {
        task(known).ifPresentOrElse(tasks::add, () -> count("malformed"));
      }
    }
    long deadline = System.nanoTime() + patience.toNanos();
    List<ScoreTask.Score> open = attempt(tasks);
    while (!open.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new StoreException("the store or the model is away");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      open = attempt(open);
    }
  }

  /** Empty where position or features break a rule that the Avro schema can't state. */
  private static Optional<ScoreTask.Score> task(UserProfile profile) {
    try {
      return Optional.of(
          new ScoreTask.Score(
              profile.getUserId(),
              profile.getSessionId(),
              new Position(profile.getEpoch(), profile.getPartition(), profile.getOffset()),
              profile.getOccurredAt(),
              profile.getReceivedAt(),
              FeatureRow.fromAvro(profile.getVector()).withMessage(profile.getMessage()),
              profile.getSegments(),
              profile.getArms()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the tasks that are worth another try. */
  private List<ScoreTask.Score> attempt(List<ScoreTask.Score> tasks) {
    List<ScoreTask.Score> open = new ArrayList<>();
    List<ScoreTask.Score> written = new ArrayList<>();
    List<Write> writes = new ArrayList<>();
    ModelSlots slots = models.get();
    List<ScoreResult> scores = Predictor.predict(slots, tasks);
    for (int i = 0; i < tasks.size(); i++) {
      switch (scores.get(i)) {
        case ScoreResult.Predicted predicted -> {
          written.add(tasks.get(i));
          writes.add(PredictionRecords.put(predicted, slots, clock.millis(), null));
        }
        case ScoreResult.NotStored notStored
            when notStored.answer().outcome() == Outcome.UNAVAILABLE ->
            open.add(tasks.get(i));
        case ScoreResult.NotStored notStored -> count(notStored.answer().outcome().name());
      }
    }
    List<Written> results = writes.isEmpty() ? List.of() : store.write(writes);
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) == Written.UNAVAILABLE) {
        open.add(written.get(i));
      } else {
        count(results.get(i).name());
      }
    }
    return open;
  }

  /** What an earlier record of this reading brought back goes again; later events' results stay. */
  private void erase(Profile tombstone) {
    store
        .read(tombstone.userId())
        .filter(entry -> receivedAt(entry) <= tombstone.timestamp() + CLOCK_SKEW_MILLIS)
        .ifPresent(entry -> store.remove(tombstone.userId(), entry.entryId()));
    count("erased");
  }

  private static long receivedAt(StoredEntry entry) {
    try {
      return entry.prediction().getReceivedAt();
    } catch (UncheckedIOException e) {
      // not ours to read, so not to keep either
      return Long.MIN_VALUE;
    }
  }

  private void count(String result) {
    Counter.builder("attune.refill.profiles")
        .description("Profiles that refills scored, by result")
        .tag("result", result.toLowerCase(Locale.ROOT))
        .register(registry)
        .increment();
  }
}
