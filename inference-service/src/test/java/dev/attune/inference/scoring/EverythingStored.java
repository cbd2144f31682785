package dev.attune.inference.scoring;

import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.StoredEntry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes all writes at once, and keeps none. */
public final class EverythingStored implements PredictionWriter {
  @Override
  public List<CompletableFuture<Written>> send(List<Write> writes) {
    return writes.stream().map(_ -> CompletableFuture.completedFuture(Written.STORED)).toList();
  }

  @Override
  public Optional<StoredEntry> read(String userId) {
    return Optional.empty();
  }

  @Override
  public void remove(String userId, String entryId) {}
}
