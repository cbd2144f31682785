package dev.attune.encoder;

import dev.attune.core.bytes.Sha256;
import dev.attune.core.scoring.SentenceEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the numbers of the texts that were asked for last, by the texts' hashes: what follows a
 * message doesn't encode it again. The texts themselves are not kept.
 */
final class CachedSentenceEncoder implements SentenceEncoder {
  private final SentenceEncoder encoder;
  private final Map<Key, float[]> known;

  /** Half of a SHA-256. */
  private record Key(long high, long low) {
    static Key of(String text) {
      ByteBuffer hash =
          ByteBuffer.wrap(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
      return new Key(hash.getLong(), hash.getLong());
    }
  }

  /**
   * @param most texts that are remembered
   */
  CachedSentenceEncoder(SentenceEncoder encoder, int most) {
    this.encoder = encoder;
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, float[]> eldest) {
            return size() > most;
          }
        };
  }

  @Override
  public boolean knows(String text) {
    return find(Key.of(text)) != null;
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
  public float[] encode(String text) {
    Key key = Key.of(text);
    float[] found = find(key);
    if (found != null) {
      return found;
    }
    float[] numbers = encoder.encode(text);
    synchronized (known) {
      known.put(key, numbers);
    }
    return numbers;
  }

  private float @Nullable [] find(Key key) {
    synchronized (known) {
      return known.get(key);
    }
  }
}
