package dev.attune.inference.scoring;

import dev.attune.schemas.grpc.Outcome;

/** What became of a task; {@code detail} is for people and empty on success. */
public record ScoringAnswer(Outcome outcome, String modelVersion, String detail) {
  static final ScoringAnswer NO_MODEL = new ScoringAnswer(Outcome.NO_MODEL, "", "no model is live");

  static ScoringAnswer refused(String modelVersion, String detail) {
    return new ScoringAnswer(Outcome.REFUSED, modelVersion, detail);
  }

  static ScoringAnswer unavailable(String modelVersion, String detail) {
    return new ScoringAnswer(Outcome.UNAVAILABLE, modelVersion, detail);
  }

  /** Whether it is this service that could not, as a 5xx says over HTTP. */
  boolean isFailure() {
    return outcome == Outcome.NO_MODEL || outcome == Outcome.UNAVAILABLE;
  }
}
