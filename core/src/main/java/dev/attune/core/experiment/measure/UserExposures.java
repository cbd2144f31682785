package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.experiment.Enrolment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One user's experiments: which arm was first seen when, and what was done since. A user is exposed
 * by the first reply in which the arms could differ. From then on it is intention to treat: the
 * user stays in that arm, whatever later replies came from, and enters each metric exactly once. A
 * decision may be read later than events that follow it, so the last events are kept until that
 * can't be any more. Mutable, owned by one thread.
 */
public final class UserExposures {
  /** Since 6 a tally may have visits, which its flags tell. */
  private static final int VERSION = 6;

  /** Before channel and segments were kept. */
  private static final int WITHOUT_SLICES = 4;

  /** Before the probability of the arm was kept. */
  private static final int WITHOUT_SHARE = 3;

  /** Before events were kept. */
  private static final int WITHOUT_EVENTS = 1;

  private final Map<String, Exposure> byExperiment = new LinkedHashMap<>();
  private EarlyEvents early = new EarlyEvents();

  /**
   * A user seen in an experiment for the first time.
   *
   * @param weights of the arms at that time, in their order
   */
  public record FirstExposure(String experiment, String variant, List<Double> weights, long at) {}

  /**
   * A user whose last window has closed.
   *
   * @param silent not one event came in all that time
   */
  public record Finished(String experiment, String variant, boolean silent) {}

  /** What closed. */
  public record Due(List<ClosedWindow> closed, List<Finished> finished) {}

  /** A reply was given: perhaps somebody's first in an experiment. */
  public List<FirstExposure> decided(
      Experiments experiments, Covariates covariates, Decision decision) {
    List<FirstExposure> first =
        Experiments.armsCouldDiffer(decision)
            ? expose(experiments, covariates, decision)
            : List.of();
    byExperiment.forEach(
        (name, exposure) ->
            exposure.replied(experiments.plan(name).metrics(), decision.getDecidedAt()));
    return first;
  }

  private List<FirstExposure> expose(
      Experiments experiments, Covariates covariates, Decision decision) {
    List<FirstExposure> first = new ArrayList<>();
    for (Enrolment enrolment : experiments.enrolments(decision)) {
      if (!byExperiment.containsKey(enrolment.experiment())) {
        double covariate = covariates.of(enrolment.plan().covariate(), decision);
        var exposure =
            new Exposure(
                enrolment.experiment(),
                enrolment.variant(),
                decision.getDecidedAt(),
                covariate,
                enrolment.share(),
                early.channel(),
                decision.getSegments());
        List<Metric> metrics = enrolment.plan().metrics();
        metrics.forEach(exposure::opens);
        early.forEach(event -> exposure.observe(metrics, event));
        byExperiment
            .keySet()
            .removeIf(name -> CanaryComparison.isOver(name, enrolment.experiment()));
        byExperiment.put(enrolment.experiment(), exposure);
        first.add(
            new FirstExposure(
                enrolment.experiment(),
                enrolment.variant(),
                enrolment.weights(),
                decision.getDecidedAt()));
      }
    }
    return first;
  }

  public void observe(Experiments experiments, InteractionEvent event) {
    byExperiment.forEach(
        (name, exposure) -> exposure.observe(experiments.plan(name).metrics(), event));
  }

  /**
   * Keeps an event for a decision that comes later than it, while there is an experiment that the
   * user isn't in.
   *
   * @param until epoch milliseconds; decisions up to then have been read
   * @return how many older events had to go for it
   */
  public int keep(Experiments experiments, InteractionEvent event, long until) {
    early.forget(until);
    if (event.getOccurredAt() <= until || !experiments.mayTakeIntoMore(byExperiment.keySet())) {
      return 0;
    }
    return early.add(EarlyEvent.of(experiments.metrics(), event));
  }

  public boolean keepsEvents() {
    return !early.isEmpty();
  }

  /** Closes the windows that ended by then, and forgets events from before. */
  public Due close(Experiments experiments, long until) {
    List<ClosedWindow> closed = new ArrayList<>();
    List<Finished> finished = new ArrayList<>();
    early.forget(until);
    byExperiment.forEach(
        (name, exposure) -> {
          List<ClosedWindow> now = exposure.close(experiments.plan(name).metrics(), until);
          closed.addAll(now);
          if (!now.isEmpty() && exposure.isDone(experiments.plan(name).metrics())) {
            finished.add(new Finished(name, exposure.variant, exposure.isSilent()));
          }
        });
    return new Due(closed, finished);
  }

  /** When the next window closes, or the events that are kept are all to be forgotten. */
  public OptionalLong deadline(Experiments experiments) {
    LongStream windows =
        byExperiment.values().stream()
            .flatMapToLong(e -> e.deadlines(experiments.plan(e.experiment).metrics()));
    return LongStream.concat(windows, early.newest().stream()).min();
  }

  /** Each time that {@link #deadline} may have been so far. */
  public LongStream deadlines(Experiments experiments) {
    LongStream windows =
        byExperiment.values().stream()
            .flatMapToLong(
                exposure ->
                    experiments.plan(exposure.experiment).metrics().stream()
                        .mapToLong(exposure::closesAt));
    return LongStream.concat(windows, early.newest().stream()).distinct();
  }

  public boolean isExposed() {
    return !byExperiment.isEmpty();
  }

  /** Nothing is known of the user. */
  public boolean isEmpty() {
    return byExperiment.isEmpty() && early.isEmpty();
  }

  /** The arm first seen, by experiment; a canary's users are chosen by their hash alone. */
  public Map<String, String> arms() {
    Map<String, String> arms = new LinkedHashMap<>();
    byExperiment.forEach(
        (name, exposure) -> {
          if (!CanaryComparison.isOne(name)) {
            arms.put(name, exposure.variant);
          }
        });
    return arms;
  }

  public byte[] toBytes() {
    var out = new ByteWriter(128);
    out.octet(VERSION);
    out.varint(byExperiment.size());
    byExperiment.values().forEach(exposure -> exposure.write(out));
    early.write(out);
    return out.toByteArray();
  }

  /**
   * @param bytes null: nothing is known of the user yet
   */
  public static UserExposures fromBytes(byte @Nullable [] bytes) {
    var book = new UserExposures();
    if (bytes == null) {
      return book;
    }
    var in = new ByteReader(bytes);
    int version = in.octet();
    if (version > VERSION || version < WITHOUT_EVENTS) {
      throw new IllegalStateException("unknown version of an exposure row: " + version);
    }
    for (long n = in.varint(); n > 0; n--) {
      Exposure exposure = Exposure.read(in, version > WITHOUT_SHARE, version > WITHOUT_SLICES);
      book.byExperiment.put(exposure.experiment, exposure);
    }
    if (version != WITHOUT_EVENTS) {
      book.early = EarlyEvents.read(in, version > WITHOUT_SLICES);
    }
    return book;
  }
}
