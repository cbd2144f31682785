package dev.attune.streams.scoring;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.Call;

/** Has a user scored and the prediction stored. */
public interface ScoringPort extends Call<ScoreRequest>, AutoCloseable {

  @Override
  void close();
}
