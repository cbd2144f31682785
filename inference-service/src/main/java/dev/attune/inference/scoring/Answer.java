package dev.attune.inference.scoring;

import dev.attune.schemas.grpc.Outcome;

/** What became of a task; {@code detail} is for people and empty on success. */
public record Answer(Outcome outcome, String modelVersion, String detail) {

  static final Answer NO_MODEL = new Answer(Outcome.NO_MODEL, "", "no model is live");

  static Answer refused(String modelVersion, String detail) {
    return new Answer(Outcome.REFUSED, modelVersion, detail);
  }

  static Answer unavailable(String modelVersion, String detail) {
    return new Answer(Outcome.UNAVAILABLE, modelVersion, detail);
  }
}
