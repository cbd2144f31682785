package dev.attune.training.train;

import java.util.List;

/** One example and what a model said of it. */
record Scored(Example example, float[] probabilities) {
  private static final double LEAST_PROBABILITY = 1e-9;

  static List<Scored> by(TrainedModel model, List<Example> examples) {
    return examples.stream().map(e -> new Scored(e, model.probabilities(e.row()))).toList();
  }

  /** How many labels the model finds likelier than the right one. */
  private int rank(List<String> labels) {
    int truth = labels.indexOf(example.label());
    if (truth < 0) {
      return Integer.MAX_VALUE;
    }
    int above = 0;
    for (int c = 0; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[truth]
          || (probabilities[c] == probabilities[truth] && c < truth)) {
        above++;
      }
    }
    return above;
  }

  /** The index of the likeliest label, of equal ones the first. */
  int likeliest() {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }

  /** The probability of the likeliest label. */
  double confidence() {
    return probabilities[likeliest()];
  }

  boolean isRight(List<String> labels) {
    return rank(labels) == 0;
  }

  /** Whether so many of the likeliest labels include the right one. */
  boolean isAmong(int likeliest, List<String> labels) {
    return rank(labels) < likeliest;
  }

  /** −ln of the right label's probability, which counts as a billionth at least. */
  double loss(List<String> labels) {
    int truth = labels.indexOf(example.label());
    return -Math.log(Math.max(LEAST_PROBABILITY, truth < 0 ? 0 : probabilities[truth]));
  }
}
