package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.encoder.LocalEncoders;
import dev.attune.inference.TestModels;
import dev.attune.inference.model.BundleModel;
import dev.attune.inference.model.ModelSlots;
import dev.attune.schemas.Position;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.tracing.TraceSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a click costs where models read messages: encodings, counted at the encoder itself. */
class ClickAfterMessageTest {
  private static final String MESSAGE = "please refund this purchase";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ShadowScorer shadow = new ShadowScorer(meters);
  private final Counted encoder = new Counted();
  private ModelSlots slots = ModelSlots.EMPTY;
  private final Scorer scorer =
      Scorers.writing(
          new EverythingStored(), new ScoringSettings(2, 16, 64), () -> slots, shadow, meters);
  private final MessageEncoding encoding =
      new MessageEncoding(new EncoderSettings(null, 1, 10), () -> slots, scorer, meters);

  /** The encoder that comes along, with its memory. */
  private static final class Counted implements SentenceEncoders, SentenceEncoder {
    private final SentenceEncoder real = bundled();
    final AtomicInteger encodings = new AtomicInteger();

    private static SentenceEncoder bundled() {
      try {
        return new LocalEncoders(null, 10).own();
      } catch (ModelException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public SentenceEncoder own() {
      return this;
    }

    @Override
    public Optional<SentenceEncoder> find(String id) {
      return Optional.of(this);
    }

    @Override
    public String id() {
      return real.id();
    }

    @Override
    public int dimensions() {
      return real.dimensions();
    }

    @Override
    public boolean knows(String text) {
      return real.knows(text);
    }

    @Override
    public float[] encode(String text) {
      if (!real.knows(text)) {
        encodings.incrementAndGet();
      }
      return real.encode(text);
    }
  }

  @BeforeEach
  void load(@TempDir Path dir) throws Exception {
    ModelRegistry registry = new ModelRegistry(dir);
    TestModels.publishWithMessage(registry, "live.1", encoder.id(), 0.9f);
    TestModels.publishWithMessage(registry, "shadow.1", encoder.id(), 0.6f);
    slots = new ModelSlots(model(registry, "live.1"), null, 0, model(registry, "shadow.1"));
  }

  private BundleModel model(ModelRegistry registry, String version) throws ModelException {
    return new BundleModel(ModelBundle.load(registry.published(version), encoder), 1);
  }

  @AfterEach
  void close() {
    encoding.close();
    scorer.close();
    shadow.close();
  }

  @Test
  void noEventAfterAMessageEncodesItAgainForTheLiveModelOrTheShadow() throws Exception {
    submit("writes", 1, TestModels.row(0).withMessage(MESSAGE));
    awaitCompared(1);
    assertThat(encoder.encodings).hasValue(1);

    submit("writes", 2, TestModels.row(1).withMessage(MESSAGE));
    submit("writes", 3, TestModels.row(2).withMessage(MESSAGE));
    submit("silent", 1, TestModels.row(2));
    awaitCompared(4);

    assertThat(encoder.encodings).hasValue(1);
    submit("writes", 4, TestModels.row(2).withMessage(MESSAGE + ", now"));
    awaitCompared(5);
    assertThat(encoder.encodings).hasValue(2);
  }

  /** Until the shadow has scored so many rows, too. */
  private void awaitCompared(long rows) {
    await()
        .until(
            () -> shadow.comparison(),
            comparison -> comparison.agreed() + comparison.differed() == rows);
  }

  private void submit(String user, long offset, FeatureRow row) throws Exception {
    var task =
        new ScoreTask.Score(user, null, new Position(0, 0, offset), 0, 0, row, List.of(), Map.of());
    var answered = new CompletableFuture<Outcome>();
    encoding.submit(task, TraceSpan.NONE, answer -> answered.complete(answer.outcome()));
    assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.STORED);
  }
}
