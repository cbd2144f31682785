package dev.attune.training.train;

import java.util.List;
import java.util.function.Predicate;

/**
 * How well one label is told from the others. Rows of a user hang together in the intervals.
 *
 * @param recall of the label's rows, whether it was found
 * @param precision of the rows that the label was the likeliest for, whether that was right
 */
record LabelFigures(ClusteredMean recall, ClusteredMean precision) {
  /** Rows whose label the model doesn't know are left out. */
  static LabelFigures of(List<Scored> scored, List<String> labels, int label) {
    String name = labels.get(label);
    List<Scored> known =
        scored.stream().filter(one -> labels.contains(one.example().label())).toList();
    return new LabelFigures(
        share(known, one -> one.example().label().equals(name), one -> one.likeliest() == label),
        share(known, one -> one.likeliest() == label, one -> one.example().label().equals(name)));
  }

  private static ClusteredMean share(
      List<Scored> all, Predicate<Scored> rows, Predicate<Scored> which) {
    ClusteredMean share = new ClusteredMean();
    all.stream()
        .filter(rows)
        .forEach(one -> share.add(one.example().userId(), which.test(one) ? 1 : 0));
    return share;
  }

  /** A share with its interval; where all rows are alike there is none to be told. */
  static String text(ClusteredMean share) {
    String interval = share.margin() > 0 ? Page.plusMinus(100 * share.margin(), 1) : "";
    return Page.percent(share.mean()) + interval;
  }
}
