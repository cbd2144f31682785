package dev.attune.core.scoring;

import java.time.Duration;

/**
 * How a candidate becomes live by itself: {@code rollout} in {@code training.yaml}. docs/models.md
 * explains every key.
 *
 * @param sinceTraining how it must do on what happened after its training
 * @param failures how often it may fail as canary or live
 * @param watch how long a version that has just gone live is watched; it is rolled back when it
 *     does not serve, or fails on more rows
 */
public record RolloutSpec(
    Shadow shadow, Canary canary, SinceTraining sinceTraining, Failures failures, Duration watch) {
  /**
   * Scoring along, unseen. Shares are from 0 to 1.
   *
   * @param predictions how many are compared before it is judged
   * @param agree least share with the same most probable label as the live model
   * @param distance greatest mean total variation distance from the live model's probabilities
   * @param labelShift greatest difference of a label's share among the most probable ones from what
   *     it is by the live model
   * @param failed greatest share that it could not score
   * @param dropped greatest share that was not compared because it was too slow
   * @param rowTime greatest mean time for a row
   * @param within after so long without enough predictions it is given up
   */
  public record Shadow(
      int predictions,
      double agree,
      double distance,
      double labelShift,
      double failed,
      double dropped,
      Duration rowTime,
      Duration within) {}

  /**
   * Scoring a share of the users.
   *
   * @param duration at least so long, whatever the figures say
   * @param within after so long without enough users it is given up
   * @param judged whether it waits until there are enough users for a verdict; else harm alone
   *     stops it
   */
  public record Canary(double share, Duration duration, Duration within, boolean judged) {}

  /**
   * Beside the live version on rows that neither has learned from, before it scores more users.
   *
   * @param rows with fewer nothing is said
   * @param worse a log loss that is higher by no more than this harms nobody, however surely it is;
   *     in nats
   */
  public record SinceTraining(int rows, double worse) {}

  /**
   * Rows that a version gives no probabilities for.
   *
   * @param most greatest share, 0 to 1
   * @param rows of fewer that it was asked a share says little
   */
  public record Failures(double most, int rows) {}

  /** For a demonstration: minutes in place of days, and harm alone stops a canary. */
  public RolloutSpec quick() {
    return new RolloutSpec(
        new Shadow(
            Math.min(200, shadow.predictions),
            shadow.agree,
            shadow.distance,
            shadow.labelShift,
            shadow.failed,
            shadow.dropped,
            shadow.rowTime,
            shorter(shadow.within, Duration.ofMinutes(5))),
        new Canary(
            Math.max(0.3, canary.share),
            shorter(canary.duration, Duration.ofMinutes(1)),
            shorter(canary.within, Duration.ofMinutes(5)),
            false),
        sinceTraining,
        failures,
        shorter(watch, Duration.ofSeconds(20)));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
