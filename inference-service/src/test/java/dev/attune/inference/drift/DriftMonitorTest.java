package dev.attune.inference.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.TestModels;
import dev.attune.inference.drift.DriftReport.Drift;
import dev.attune.inference.drift.DriftReport.Level;
import dev.attune.inference.model.ModelHost;
import dev.attune.inference.model.ModelSettings;
import dev.attune.inference.model.ModelSlots;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.Membership;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.SessionFeatures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test's model has a reference of the feature step: a third each of 0, 1 and 2. */
class DriftMonitorTest {
  @TempDir private Path models;
  private ModelRegistry registry;
  private ModelHost host;
  private DriftMonitor monitor;
  private long now = 1_000_000_000;
  private long offset;

  @BeforeEach
  void create() throws Exception {
    var properties =
        new ModelSettings(
            models.toString(),
            null,
            Path.of("support"),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            null,
            List.of(),
            null);
    registry = properties.registry();
    host =
        new ModelHost(
            registry,
            TestModels.ENCODERS,
            properties,
            InstantSource.system(),
            new SimpleMeterRegistry());
    publish("1");
    registry.promote("1");
    host.refresh();
    monitor =
        new DriftMonitor(
            new DriftSettings(true, Duration.ofHours(24), 24),
            host,
            () -> java.time.Instant.ofEpochMilli(now));
  }

  private void publish(String version) throws Exception {
    var unused = TestModels.publish(registry, version, 3);
  }

  @Test
  void whatComesInAsInTrainingIsStable() {
    rows(900, 3);

    Drift step = step();
    assertThat(step.level()).isEqualTo(Level.STABLE);
    assertThat(step.populationStability()).isLessThan(0.01);
    assertThat(step.jensenShannon()).isLessThan(0.01);
    assertThat(monitor.report().rows()).isEqualTo(900);
  }

  @Test
  void whatMovedShows() {
    rows(900, 1);

    Drift step = step();
    assertThat(step.level()).isEqualTo(Level.DRIFTED);
    assertThat(step.jensenShannon()).isGreaterThan(0.3);
    assertThat(step.ages().getFirst().shares()).containsExactly(1.0, 0.0, 0.0);
  }

  @Test
  void tooFewValuesTellNothing() {
    // three bins need 93 independent rows on both sides, hence 109 beside 600 in training
    rows(100, 1);

    assertThat(step().level()).isEqualTo(Level.TOO_EARLY);
    assertThat(step().populationStability()).isNull();
    assertThat(step().ages().getFirst().rowsNeeded()).isBetween(100L, 120L);
  }

  @Test
  void aValueThatIsMissingAndNeverWasHasDrifted() {
    rows(300, 3);
    for (int i = 0; i < 100; i++) {
      monitor.observe(row("message_sent", Double.NaN));
    }

    assertThat(step().missing()).isCloseTo(0.25, within(1e-9));
    assertThat(step().values()).isEqualTo(300);
    assertThat(step().level()).isEqualTo(Level.DRIFTED);
  }

  @Test
  void manyRowsOfFewUsersTellNothing() {
    for (int i = 0; i < 3_000; i++) {
      monitor.observe(row("u-" + i % 50, "message_sent", 0, now));
    }

    assertThat(step().ages().getFirst().rows()).isEqualTo(3_000);
    assertThat(step().ages().getFirst().independentRows()).isEqualTo(50);
    assertThat(step().level()).isEqualTo(Level.TOO_EARLY);
  }

  @Test
  void usersOfUnknownAgeAreLeftOut() {
    for (int i = 0; i < 300; i++) {
      monitor.observe(row("u-" + i, "message_sent", 0, null));
    }

    assertThat(monitor.report().rowsWithoutAge()).isEqualTo(300);
    assertThat(step().level()).isEqualTo(Level.TOO_EARLY);
  }

  @Test
  void tooEarlyMovesNoGauge() {
    var registry = new SimpleMeterRegistry();
    var meters = new DriftMeters(registry);
    rows(100, 1);
    meters.update(monitor.report());

    assertThat(registry.find("attune.drift.psi").gauges()).isEmpty();

    rows(300, 1);
    meters.update(monitor.report());
    assertThat(registry.find("attune.drift.psi").tag("feature", "step").gauge()).isNotNull();
  }

  @Test
  void aSegmentThatGrewHasDrifted() throws Exception {
    TestModels.publishWithSegment(registry, "2", "aaaaaaaaaaaaaaaa");
    registry.promote("2");
    host.refresh();

    for (int i = 0; i < 300; i++) {
      monitor.observe(member(row("message_sent", i % 3), i % 2 == 0));
    }
    assertThat(loyal().level()).isEqualTo(Level.STABLE);
    assertThat(loyal().missing()).isZero();

    for (int i = 0; i < 600; i++) {
      monitor.observe(member(row("message_sent", i % 3), true));
    }
    assertThat(loyal().level()).isEqualTo(Level.DRIFTED);
    assertThat(loyal().ages().getFirst().labels()).containsExactly("member");
    assertThat(loyal().ages().getFirst().shares().getFirst()).isCloseTo(0.83, within(0.01));

    // rows of an earlier version say nothing of segments
    rows(300, 3);
    assertThat(loyal().missing()).isCloseTo(0.25, within(1e-9));
  }

  private Drift loyal() {
    return monitor.report().features().stream()
        .filter(drift -> drift.name().equals("segment:loyal"))
        .findFirst()
        .orElseThrow();
  }

  private static SessionFeatures member(SessionFeatures row, boolean member) {
    row.getVector().setMemberships(List.of(new Membership("aaaaaaaaaaaaaaaa", member)));
    return row;
  }

  @Test
  void forgetsWhatLeftTheWindow() {
    rows(300, 1);
    now += Duration.ofHours(25).toMillis();
    rows(300, 3);

    assertThat(step().values()).isEqualTo(300);
    assertThat(step().ages().getFirst().independentRows()).isEqualTo(300);
    assertThat(step().level()).isEqualTo(Level.STABLE);
  }

  @Test
  void looksOnlyAtTheEventsThatItsModelWasTrainedOn() {
    for (int i = 0; i < 300; i++) {
      monitor.observe(row("page_viewed", 0));
    }
    rows(300, 3);

    assertThat(monitor.report().rows()).isEqualTo(300);
    assertThat(step().level()).isEqualTo(Level.STABLE);
  }

  @Test
  void watchesWhatTheLiveModelSaysOfThoseEvents() {
    for (int i = 0; i < 300; i++) {
      SessionFeatures row = row("message_sent", i % 3);
      monitor.observe(row);
      monitor.observe(prediction("1", row.getOffset(), TestModels.LABELS.get(i % 3), 0.9f));
      // before its row, of a canary, and of an event that the model wasn't trained on
      SessionFeatures later = row("message_sent", i % 3);
      monitor.observe(prediction("1", later.getOffset(), TestModels.LABELS.get(i % 3), 0.9f));
      monitor.observe(later);
      monitor.observe(prediction("canary", later.getOffset(), "refund", 0.3f));
      monitor.observe(prediction("1", 1_000_000 + i, "refund", 0.3f));
    }

    DriftReport report = monitor.report();
    Drift prediction = java.util.Objects.requireNonNull(report.prediction());
    assertThat(prediction.values()).isEqualTo(600);
    assertThat(prediction.level()).isEqualTo(Level.STABLE);
    Drift confidence = java.util.Objects.requireNonNull(report.confidence());
    assertThat(confidence.ages().getFirst().shares()).containsExactly(0.0, 1.0);
    assertThat(confidence.level()).isEqualTo(Level.DRIFTED);
  }

  @Test
  void anotherLiveVersionStartsOver() throws Exception {
    rows(300, 1);
    publish("2");
    registry.promote("2");
    host.refresh();

    assertThat(monitor.report().modelVersion()).isEqualTo("2");
    assertThat(monitor.report().rows()).isZero();
  }

  @Test
  void withoutAModelThereIsNothingToCompareWith() {
    var idle =
        new DriftMonitor(
            new DriftSettings(true, Duration.ofHours(1), 4),
            () -> ModelSlots.EMPTY,
            InstantSource.system());
    idle.observe(row("message_sent", 1));

    assertThat(idle.report().modelVersion()).isNull();
    assertThat(idle.report().features()).isEmpty();
  }

  private Drift step() {
    return monitor.report().features().getFirst();
  }

  private void rows(int count, int values) {
    for (int i = 0; i < count; i++) {
      monitor.observe(row("message_sent", i % values));
    }
  }

  private SessionFeatures row(String type, double step) {
    return row("u-" + offset, type, step, now);
  }

  private SessionFeatures row(String userId, String type, double step, @Nullable Long firstSeenAt) {
    long at = ++offset;
    FeatureVector vector =
        new FeatureVector(
            TestModels.FEATURE_SET, List.of(step, 0.5), List.of("web"), List.of(), null);
    return new SessionFeatures(
        userId, "s", "e-" + at, type, 0, 1, at, now, now, vector, List.of(), firstSeenAt, null);
  }

  private Prediction prediction(String version, long at, String label, float probability) {
    return new Prediction(
        "u-" + at,
        "s",
        0,
        1,
        at,
        now,
        now,
        "intent",
        version,
        TestModels.FEATURE_SET,
        label,
        List.of(new LabelProbability(label, probability)));
  }
}
