package dev.attune.core.scoring;

/**
 * The two likeliest labels of a row. The closer they are, the less sure the model is, and the more
 * a person's word on the row is worth (margin sampling: Scheffer, Decomain and Wrobel 2001).
 *
 * @param first index of the likeliest label
 * @param second index of the next one; -1: there is no other
 * @param margin between their probabilities; with one label its own probability
 */
public record LikeliestTwo(int first, int second, double margin) {
  /**
   * @param probabilities of the labels, one at least
   */
  public static LikeliestTwo of(float... probabilities) {
    int first = 0;
    int second = -1;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[first]) {
        second = first;
        first = i;
      } else if (second < 0 || probabilities[i] > probabilities[second]) {
        second = i;
      }
    }
    double next = second < 0 ? 0 : probabilities[second];
    return new LikeliestTwo(first, second, probabilities[first] - next);
  }
}
