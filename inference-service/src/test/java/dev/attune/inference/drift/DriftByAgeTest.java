package dev.attune.inference.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.core.scoring.RowScores;
import dev.attune.inference.drift.DriftReport.Drift;
import dev.attune.inference.drift.DriftReport.Level;
import dev.attune.inference.drift.SimulatedShop.Row;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Simulated customers of the support playbook, whose features the real engine computes. */
class DriftByAgeTest {
  private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long WEEKS = Duration.ofDays(20).toMillis();
  private static final SimulatedShop SHOP = new SimulatedShop();
  private static final int SEEDS = 100;
  private static final int FEATURES = 33;

  /** Rows of each customer of a shop that has been open for weeks. */
  private static final List<List<Row>> PAST = new ArrayList<>();

  @BeforeAll
  static void live() {
    var random = new SplittableRandom(5);
    for (int number = 0; number < 2_400; number++) {
      PAST.add(SHOP.customer(number, NOW - random.nextLong(WEEKS), NOW, 0));
    }
  }

  private static List<Row> rows(List<List<Row>> customers) {
    return customers.stream().flatMap(List::stream).toList();
  }

  /** Two hours after the first start nobody is older than two hours. */
  @Test
  void aStartIsNotRedAgainstWeeksOfTraining() {
    ModelManifest model = SHOP.trainedOn(rows(PAST));
    List<Row> young = arrivals(1_500, 0);

    List<Drift> report = watched(model, young).report().features();

    assertThat(report)
        .hasSize(FEATURES)
        .allSatisfy(one -> assertThat(one.level()).isNotIn(Level.MOVED, Level.DRIFTED));
    assertThat(report).filteredOn(one -> one.level() == Level.STABLE).hasSizeGreaterThan(20);
    Drift views = named(report, "page_views_7d");
    assertThat(views.ages())
        .filteredOn(age -> age.fromSeconds() >= 1_800)
        .allMatch(age -> age.level() == Level.TOO_EARLY || age.level() == Level.NO_REFERENCE);
    // the same rows beside the training's users of all ages, as it was done before
    assertThat(movedWithoutAges(model, young))
        .contains("page_views_7d", "sessions_7d", "issues_opened_30d", "resolved_share_30d");
  }

  @Test
  void minutesAfterTheStartItIsTooEarly() {
    List<Drift> report = watched(SHOP.trainedOn(rows(PAST)), arrivals(60, 0)).report().features();

    assertThat(report).allMatch(one -> one.level() == Level.TOO_EARLY);
    assertThat(report).allMatch(one -> one.populationStability() == null);
  }

  /** New page names among newcomers: found as soon as rows are enough to compare at all. */
  @Test
  void aRealShiftIsFoundAndFromHowManyRowsOn() {
    ModelManifest model = SHOP.trainedOn(rows(PAST));
    DriftMonitor monitor = monitor(model);
    int users = 0;
    for (List<Row> customer : customers(1_500, 0.3)) {
      customer.forEach(row -> monitor.observe(row.record()));
      users++;
      if (users % 10 == 0
          && named(monitor.report().features(), "last_page").level() == Level.DRIFTED) {
        break;
      }
    }

    List<Drift> found = monitor.report().features();
    assertThat(named(found, "last_page").level()).isEqualTo(Level.DRIFTED);
    assertThat(users).isEqualTo(330);
    assertThat(independentOfTheFirstCompared(found)).isEqualTo(251);
    assertThat(named(found, "channel").level()).isNotIn(Level.MOVED, Level.DRIFTED);
  }

  /** Training and present are other customers of one shop, drawn anew a hundred times. */
  @Test
  void equalPopulationsAreStableInNinetyFiveOfAHundred() {
    Map<String, Integer> stable = new TreeMap<>();
    Map<String, Integer> moved = new TreeMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      List<List<Row>> drawn = new ArrayList<>(PAST);
      java.util.Collections.shuffle(drawn, new java.util.Random(seed));
      ModelManifest model = SHOP.trainedByAge(rows(drawn.subList(0, 1_200)));
      List<Row> present = rows(drawn.subList(1_200, 2_400));
      for (Drift one : watched(model, present).report().features()) {
        (one.level() == Level.STABLE ? stable : moved).merge(one.name(), 1, Integer::sum);
      }
    }

    assertThat(moved).isEmpty();
    assertThat(stable).hasSize(FEATURES).allSatisfy((_, n) -> assertThat(n).isEqualTo(SEEDS));
  }

  private static long independentOfTheFirstCompared(List<Drift> report) {
    return named(report, "last_page").ages().stream()
        .filter(age -> age.populationStability() != null)
        .findFirst()
        .orElseThrow()
        .independentRows();
  }

  @Test
  void aBundleWithoutReferencesByAgeSaysSo() {
    ModelManifest old = SHOP.trainedOn(rows(PAST)).toBuilder().referencesByAge(List.of()).build();

    List<Drift> report = watched(old, arrivals(300, 0)).report().features();

    assertThat(report).isNotEmpty().allMatch(one -> one.level() == Level.NO_REFERENCE);
  }

  /** Customers who came for the first time within the last two hours, by time. */
  private static List<Row> arrivals(int customers, double newPage) {
    return rows(customers(customers, newPage)).stream()
        .sorted(Comparator.comparingLong(Row::at))
        .toList();
  }

  private static List<List<Row>> customers(int customers, double newPage) {
    long open = Duration.ofHours(2).toMillis();
    var random = new SplittableRandom(9);
    List<List<Row>> all = new ArrayList<>();
    for (int i = 0; i < customers; i++) {
      all.add(SHOP.customer(1_000_000 + i, NOW - random.nextLong(open), NOW, newPage));
    }
    return all;
  }

  private static DriftMonitor watched(ModelManifest model, List<Row> rows) {
    DriftMonitor monitor = monitor(model);
    rows.forEach(row -> monitor.observe(row.record()));
    return monitor;
  }

  private static DriftMonitor monitor(ModelManifest model) {
    ModelSlots slots = new ModelSlots(new ReferencesOnly(model));
    return new DriftMonitor(
        new DriftSettings(true, Duration.ofHours(24), 24),
        () -> slots,
        () -> Instant.ofEpochMilli(NOW));
  }

  private static Drift named(List<Drift> report, String name) {
    return report.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> movedWithoutAges(ModelManifest model, List<Row> rows) {
    return SHOP.trainedOn(rows).references().stream()
        .map(Reference::feature)
        .filter(name -> indexOfAllAges(model, name, rows) >= 0.25)
        .toList();
  }

  private static double indexOfAllAges(ModelManifest model, String name, List<Row> rows) {
    Reference reference =
        model.references().stream()
            .filter(one -> one.feature().equals(name))
            .findFirst()
            .orElseThrow();
    var column =
        SHOP.features().columns().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    Histogram histogram = new Histogram(reference, 1);
    for (Row row : rows) {
      if (reference.edges() != null) {
        histogram.add(0, row.row().numbers()[column.index()]);
      } else {
        String value = row.row().categories()[column.index()];
        if (value != null) {
          histogram.add(0, value);
        }
      }
    }
    long[] counts = histogram.counts(0);
    double all = 0;
    for (int bin = 0; bin < counts.length - 1; bin++) {
      all += counts[bin];
    }
    double[] actual = new double[counts.length - 1];
    for (int bin = 0; bin < actual.length; bin++) {
      actual[bin] = all == 0 ? 0 : counts[bin] / all;
    }
    double[] expected = reference.shares().stream().mapToDouble(Double::doubleValue).toArray();
    return all == 0 ? 0 : Divergence.populationStability(expected, actual);
  }

  /** A version of which only the manifest matters. */
  private record ReferencesOnly(ModelManifest model) implements ServedModel {
    @Override
    public String name() {
      return model.name();
    }

    @Override
    public String version() {
      return model.version();
    }

    @Override
    public long revision() {
      return 1;
    }

    @Override
    public ServedModel at(long revision) {
      return this;
    }

    @Override
    public String featureSetId() {
      return model.featureSetId();
    }

    @Override
    public List<String> labels() {
      return model.labels();
    }

    @Override
    public int width() {
      return 0;
    }

    @Override
    public Optional<ModelManifest> manifest() {
      return Optional.of(model);
    }

    @Override
    public List<RowScores> score(List<FeatureRow> rows) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<float[]> scoreEncoded(List<float[]> rows) {
      throw new UnsupportedOperationException();
    }
  }
}
