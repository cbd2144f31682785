package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Scores many rows of one model, each to the bit as if it were alone. Rows are encoded and walked a
 * block at a time, in arrays that the next batch uses again: what is allocated are the results.
 * Safe for all threads; each batch has its arrays for itself.
 */
final class BatchScorer {
  /** One a thread that scores at the same time is enough; more threads allocate their own. */
  private static final int KEPT = 16;

  private final RowEncoder encoder;
  private final FlatForest forest;
  private final Blend blend;
  private final BlockingQueue<Desk> free = new ArrayBlockingQueue<>(KEPT);

  BatchScorer(RowEncoder encoder, FlatForest forest, Blend blend) {
    this.encoder = encoder;
    this.forest = forest;
    this.blend = blend;
  }

  /** The arrays of one block of rows. */
  private static final class Desk {
    final float[][] encoded;
    final float[][] margins;
    final FlatForest.Block block;

    Desk(FlatForest forest) {
      encoded = new float[FlatForest.Block.ROWS][forest.width()];
      margins = new float[FlatForest.Block.ROWS][forest.outputs()];
      block = forest.block();
    }
  }

  List<RowScores> score(List<FeatureRow> rows) {
    Desk desk = take();
    List<RowScores> scores = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += FlatForest.Block.ROWS) {
      int count = Math.min(FlatForest.Block.ROWS, rows.size() - from);
      for (int i = 0; i < count; i++) {
        encoder.encodeInto(desk.encoded[i], rows.get(from + i));
      }
      forest.margins(desk.encoded, count, desk.block, desk.margins);
      for (int i = 0; i < count; i++) {
        float[] margins = blend.apply(desk.margins[i], desk.encoded[i]);
        scores.add(new RowScores(forest.predict(margins), encoder.textScores(desk.encoded[i])));
      }
    }
    giveBack(desk);
    return scores;
  }

  List<float[]> scoreEncoded(List<float[]> rows) {
    Desk desk = take();
    List<float[]> scores = new ArrayList<>(rows.size());
    float[][] block = new float[FlatForest.Block.ROWS][];
    for (int from = 0; from < rows.size(); from += FlatForest.Block.ROWS) {
      int count = Math.min(FlatForest.Block.ROWS, rows.size() - from);
      for (int i = 0; i < count; i++) {
        block[i] = rows.get(from + i);
      }
      forest.margins(block, count, desk.block, desk.margins);
      for (int i = 0; i < count; i++) {
        scores.add(forest.predict(blend.apply(desk.margins[i], block[i])));
      }
    }
    giveBack(desk);
    return scores;
  }

  private Desk take() {
    Desk kept = free.poll();
    return kept == null ? new Desk(forest) : kept;
  }

  private void giveBack(Desk desk) {
    var unused = free.offer(desk);
  }
}
