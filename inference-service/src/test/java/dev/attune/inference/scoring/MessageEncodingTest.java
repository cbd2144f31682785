package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.RowScores;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.schemas.Position;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.tracing.TraceSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** New messages are encoded beside the scorer's workers, once, and nobody waits for others'. */
class MessageEncodingTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Reader model = new Reader();
  private final ShadowScorer shadow = new ShadowScorer(meters);
  private final Scorer scorer =
      Scorers.writing(
          new EverythingStored(),
          new ScoringSettings(2, 16, 64),
          () -> new ModelSlots(model),
          shadow,
          meters);
  private final MessageEncoding encoding =
      new MessageEncoding(
          new EncoderSettings(null, 1, 10), () -> new ModelSlots(model), scorer, meters);
  private final Queue<String> answered = new ConcurrentLinkedQueue<>();

  /** Encodes a message when the test lets it. */
  private static final class Reader implements ServedModel {
    final Semaphore permits = new Semaphore(0);
    final List<String> read = Collections.synchronizedList(new ArrayList<>());
    final Set<String> known = ConcurrentHashMap.newKeySet();
    private final ServedModel scores = Scripted.of("1", row -> new float[] {1, 0, 0});

    @Override
    public boolean hasNewMessage(FeatureRow row) {
      return row.message() != null && !known.contains(row.message());
    }

    @Override
    public void readMessage(FeatureRow row) {
      permits.acquireUninterruptibly();
      String message = String.valueOf(row.message());
      read.add(message);
      if (message.equals("broken")) {
        throw new IllegalStateException("can't be encoded");
      }
      known.add(message);
    }

    @Override
    public String name() {
      return scores.name();
    }

    @Override
    public String version() {
      return scores.version();
    }

    @Override
    public long revision() {
      return scores.revision();
    }

    @Override
    public ServedModel at(long revision) {
      return this;
    }

    @Override
    public String featureSetId() {
      return scores.featureSetId();
    }

    @Override
    public List<String> labels() {
      return scores.labels();
    }

    @Override
    public int width() {
      return scores.width();
    }

    @Override
    public List<RowScores> score(List<FeatureRow> rows) {
      return scores.score(rows);
    }

    @Override
    public List<float[]> scoreEncoded(List<float[]> rows) {
      return scores.scoreEncoded(rows);
    }
  }

  @AfterEach
  void close() {
    model.permits.release(100);
    encoding.close();
    scorer.close();
    shadow.close();
  }

  private void submit(String user, @Nullable String message) {
    FeatureRow row =
        new FeatureRow("set", new double[] {1}, new @Nullable String[0], new TokenBag[0])
            .withMessage(message);
    ScoreTask task =
        new ScoreTask.Score(user, null, new Position(0, 0, 1), 0, 0, row, List.of(), Map.of());
    encoding.submit(
        task,
        TraceSpan.NONE,
        answer -> {
          assertThat(answer.outcome()).isEqualTo(Outcome.STORED);
          answered.add(user);
        });
  }

  @Test
  void nobodyWaitsForAnothersMessage() {
    submit("writes", "hello");
    submit("clicks", null);
    encoding.submit(
        new ScoreTask.Erase("leaves", new Position(0, 0, 1)),
        TraceSpan.NONE,
        _ -> answered.add("leaves"));

    await().untilAsserted(() -> assertThat(answered).containsExactlyInAnyOrder("clicks", "leaves"));
    model.permits.release();
    await().untilAsserted(() -> assertThat(answered).contains("writes"));
  }

  @Test
  void whatFollowsAMessageDoesNotEncodeItAgain() {
    model.permits.release();
    submit("u", "hello");
    await().untilAsserted(() -> assertThat(answered).hasSize(1));

    submit("u", "hello");
    submit("v", "hello");

    await().untilAsserted(() -> assertThat(answered).hasSize(3));
    assertThat(model.read).containsExactly("hello");
    assertThat(meters.get("attune.encoder.seconds").timer().count()).isEqualTo(1);
  }

  @Test
  void theSameMessageOfTwoThatWaitIsEncodedOnce() {
    submit("u", "hello");
    submit("v", "hello");
    model.permits.release(2);

    await().untilAsserted(() -> assertThat(answered).containsExactlyInAnyOrder("u", "v"));
    assertThat(model.read).containsExactly("hello");
  }

  @Test
  void aMessageThatCanNotBeEncodedHoldsNobodyUp() {
    model.permits.release(2);
    submit("u", "broken");
    submit("v", "hello");

    await().untilAsserted(() -> assertThat(answered).containsExactlyInAnyOrder("u", "v"));
  }

  @Test
  void whatWaitsIsFinishedBeforeTheEnd() {
    for (int i = 0; i < 5; i++) {
      submit("u" + i, "message " + i);
    }
    model.permits.release(5);

    encoding.close();
    scorer.close();

    assertThat(answered).hasSize(5);
  }
}
