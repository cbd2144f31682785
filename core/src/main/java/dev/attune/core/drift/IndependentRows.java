package dev.attune.core.drift;

import java.util.Collection;

/**
 * How many rows count as independent. Rows of one user are alike: ten rows of one user say little
 * more than one. With c rows of a user,
 *
 * <pre>
 * independent rows = (Σ c)² / Σ c²
 * </pre>
 *
 * which is Kish's effective sample size (Kish, Survey Sampling, 1965, 11.7) for rows of a user that
 * are all the same. It is the number of users when each has as many rows, and less otherwise.
 */
public final class IndependentRows {
  private IndependentRows() {}

  /**
   * @param rowsOfUsers one number a user
   */
  public static double of(Collection<Long> rowsOfUsers) {
    double sum = 0;
    double squares = 0;
    for (long rows : rowsOfUsers) {
      sum += rows;
      squares += (double) rows * rows;
    }
    return squares == 0 ? 0 : sum * sum / squares;
  }
}
