package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.training.Progress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The messages of a training run, each encoded once: that takes most of the run's time, and every
 * model of the run reads them again. They are in memory only, some 1.5 KB each.
 */
final class EncodedMessages implements SentenceEncoder {
  private static final int THREADS = 2;

  private final SentenceEncoder encoder;
  private final Map<String, float[]> known = new ConcurrentHashMap<>();

  private EncodedMessages(SentenceEncoder encoder) {
    this.encoder = encoder;
  }

  /** Encodes the messages of these rows. */
  static EncodedMessages of(
      Collection<FeatureRow> rows, SentenceEncoder encoder, Progress progress) {
    List<String> messages =
        rows.stream().map(FeatureRow::message).filter(Objects::nonNull).distinct().toList();
    progress.phase("encoding messages", messages.size());
    EncodedMessages encoded = new EncodedMessages(encoder);
    AtomicLong done = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<? extends Future<?>> parts =
          messages.stream()
              .map(
                  message ->
                      threads.submit(
                          () -> {
                            var unused = encoded.encode(message);
                            progress.at(done.incrementAndGet());
                          }))
              .toList();
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while encoding messages", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return encoded;
  }

  @Override
  public String id() {
    return encoder.id();
  }

  @Override
  public int dimensions() {
    return encoder.dimensions();
  }

  @Override
  public boolean knows(String text) {
    return known.containsKey(text);
  }

  @Override
  public float[] encode(String text) {
    return known.computeIfAbsent(text, encoder::encode);
  }
}
