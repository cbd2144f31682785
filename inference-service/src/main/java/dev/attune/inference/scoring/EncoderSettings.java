package dev.attune.inference.scoring;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How messages are encoded, where a model reads them.
 *
 * @param dir the sentence encoder's folder, with {@code model.onnx} and {@code tokenizer.json};
 *     empty: the one that comes along, all-MiniLM-L6-v2
 * @param threads messages that are encoded at the same time, one thread each: more would take the
 *     cores that clicks are scored on
 * @param cache messages whose numbers are remembered, 1.6 KB each: enough for those who are talking
 *     now, since whoever clicks after a message must not cost its encoding again
 */
@ConfigurationProperties("attune.encoder")
public record EncoderSettings(
    @Nullable Path dir, @DefaultValue("1") int threads, @DefaultValue("10000") int cache) {
  public EncoderSettings {
    dir = dir == null || dir.toString().isBlank() ? null : dir;
    Assert.isTrue(threads >= 1 && threads <= 256, "attune.encoder.threads must be 1 to 256");
    Assert.isTrue(cache >= 1 && cache <= 10_000_000, "attune.encoder.cache must be 1 to 10000000");
  }
}
