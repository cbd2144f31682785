package dev.attune.bench.forest;

import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One model in both evaluators: 720 trees of depth 6, six classes, 24 columns, a tenth of the
 * values missing. Rows follow each other, so that no branch is learned by heart. One thread.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Forests {
  private static final int COLUMNS = 24;
  private static final int CLASSES = 6;
  private static final int ROUNDS = 120;
  private static final int ROWS = 4096;
  private static final int BATCH = 256;

  private float[][] rows = new float[0][0];
  private float[][] batches = new float[0][0];
  private Booster booster;
  private FlatForest forest;
  private FlatForest.Scratch scratch;
  private FlatForest.Block block;
  private final float[] margins = new float[CLASSES];
  private final float[][] batchRows = new float[BATCH][];
  private final float[][] batchMargins = new float[BATCH][CLASSES];
  private int next;

  /** Trains the model; the labels depend on the columns, so the trees are full. */
  @Setup
  public void train() throws XGBoostError, ModelException {
    Random random = new Random(1);
    rows = new float[ROWS][COLUMNS];
    float[] labels = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      for (int c = 0; c < COLUMNS; c++) {
        rows[i][c] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      float sum = rows[i][1] + rows[i][2] * rows[i][3] + (float) random.nextGaussian() / 2;
      labels[i] = Float.isNaN(sum) ? 0 : Math.floorMod((int) Math.floor(sum * 2), CLASSES);
    }
    DMatrix matrix = new DMatrix(flat(0, ROWS), ROWS, COLUMNS, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> params =
        Map.of("objective", "multi:softprob", "num_class", CLASSES, "max_depth", 6, "nthread", 1);
    booster = XGBoost.train(matrix, params, ROUNDS, Map.of(), null, null);
    booster.setParam("nthread", 1);
    forest = FlatForest.read(booster.toByteArray("ubj"));
    scratch = forest.scratch();
    block = forest.block();
    batches = new float[ROWS / BATCH][];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = flat(i * BATCH, (i + 1) * BATCH);
    }
  }

  private float[] flat(int from, int to) {
    float[] flat = new float[(to - from) * COLUMNS];
    for (int i = from; i < to; i++) {
      System.arraycopy(rows[i], 0, flat, (i - from) * COLUMNS, COLUMNS);
    }
    return flat;
  }

  @Benchmark
  public float[] flatOneRow() {
    next = (next + 1) % ROWS;
    forest.margins(rows[next], scratch, margins);
    return margins;
  }

  @Benchmark
  public float[][] xgboostOneRow() throws XGBoostError {
    next = (next + 1) % ROWS;
    return booster.inplace_predict(rows[next], 1, COLUMNS, Float.NaN);
  }

  /** As a batch: trees outside, rows inside. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float flatBatch() {
    next = (next + 1) % batches.length;
    System.arraycopy(rows, next * BATCH, batchRows, 0, BATCH);
    forest.margins(batchRows, block, batchMargins);
    float sum = 0;
    for (float[] each : batchMargins) {
      sum += forest.predict(each)[0];
    }
    return sum;
  }

  /** The same rows one after the other: trees inside, rows outside. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float flatRowByRow() {
    next = (next + 1) % batches.length;
    float sum = 0;
    for (int i = next * BATCH; i < (next + 1) * BATCH; i++) {
      forest.margins(rows[i], scratch, margins);
      sum += forest.predict(margins)[0];
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[][] xgboostBatch() throws XGBoostError {
    next = (next + 1) % batches.length;
    return booster.inplace_predict(batches[next], BATCH, COLUMNS, Float.NaN);
  }

  @Benchmark
  public float[] explainOneLabel() {
    next = (next + 1) % ROWS;
    return forest.contributions(rows[next], 2);
  }
}
