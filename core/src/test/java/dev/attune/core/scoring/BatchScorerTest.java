package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many rows at once come out as one by one. */
class BatchScorerTest {
  private static final int BATCH = 256;

  @TempDir private Path dir;
  private ModelBundle bundle;
  private List<FeatureRow> rows;

  @BeforeEach
  void load() throws Exception {
    bundle = ModelBundle.load(Bundles.write(dir, "2026-01-02.1"));
    Random random = new Random(3);
    rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(row(random));
    }
  }

  /** Missing numbers, categories and texts, unknown categories and words among them. */
  private static FeatureRow row(Random random) {
    double clicks = random.nextInt(4) == 0 ? Double.NaN : random.nextGaussian();
    @Nullable String[] locales = {"en", "es", "fr", null};
    int[] tokens = random.ints(random.nextInt(5), 0, 1000).sorted().distinct().toArray();
    return Bundles.row(clicks, locales[random.nextInt(locales.length)], tokens);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 31, 32, 33, 256, 300})
  void aRowScoresTheSameToTheBitAloneAndInABatch(int size) {
    List<FeatureRow> some = rows.subList(0, size);

    assertThat(bundle.score(some)).hasSize(size);
    assertSameAsAlone(some, bundle.score(some));
    List<float[]> encoded = some.stream().map(bundle::encode).toList();
    assertThat(bundle.scoreEncoded(encoded))
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(encoded.stream().map(bundle::score).toList());
  }

  private void assertSameAsAlone(List<FeatureRow> asked, List<RowScores> scored) {
    for (int i = 0; i < asked.size(); i++) {
      float[] encoded = bundle.encode(asked.get(i));
      assertThat(SelfChecks.equal(scored.get(i).probabilities(), bundle.score(encoded))).isTrue();
      assertThat(SelfChecks.equal(scored.get(i).textScores(), bundle.textScores(encoded))).isTrue();
    }
  }

  @Test
  void batchesOfManyThreadsDoNotMix() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<List<RowScores>>> batches = new ArrayList<>();
      for (int from = 0; from < 200; from++) {
        List<FeatureRow> some = rows.subList(from, from + 100);
        batches.add(threads.submit(() -> bundle.score(some)));
      }

      for (int from = 0; from < 200; from++) {
        assertSameAsAlone(rows.subList(from, from + 100), batches.get(from).get());
      }
    }
  }

  @Test
  void aRowThatFitsNotLeavesNothingBehind() {
    FeatureRow broken =
        new FeatureRow(Bundles.FEATURES, new double[0], new @Nullable String[0], new TokenBag[0]);

    assertThatThrownBy(() -> bundle.score(List.of(rows.getFirst(), broken)))
        .isInstanceOf(IndexOutOfBoundsException.class);

    assertSameAsAlone(rows, bundle.score(rows));
  }

  /** Two short arrays, the record that holds them, and a place in the list. */
  @Test
  void allocatesNothingButTheResults() {
    List<FeatureRow> batch = rows.subList(0, BATCH);
    var unused = bundle.score(batch);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    List<RowScores> scores = bundle.score(batch);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(scores).hasSize(BATCH);
    assertThat(allocated / BATCH).isLessThan(100);
  }
}
