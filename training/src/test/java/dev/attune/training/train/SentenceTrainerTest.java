package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.SentenceModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SentenceTrainerTest {
  private static final int CLASSES = 3;
  private static final int DIMENSIONS = 8;

  private final Random random = new Random(6);
  private final List<Example> examples = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();

  /** A text is its numbers. */
  private static final SentenceEncoder NUMBERS =
      new SentenceEncoder() {
        @Override
        public String id() {
          return "numbers";
        }

        @Override
        public int dimensions() {
          return DIMENSIONS;
        }

        @Override
        public float[] encode(String text) {
          float[] numbers = new float[DIMENSIONS];
          String[] parts = text.split(" ");
          for (int d = 0; d < DIMENSIONS; d++) {
            numbers[d] = Float.parseFloat(parts[d]);
          }
          return numbers;
        }
      };

  private void example(@Nullable String message, int label) {
    FeatureRow row =
        new FeatureRow("set", new double[0], new @Nullable String[0], new TokenBag[0])
            .withMessage(message);
    examples.add(new Example("u", "message_sent", 0, 0, row, "l" + label, 0, 0, null));
    labels.add(label);
  }

  /** Near a corner of its own, but for {@code noise}. */
  private String message(int label, double noise) {
    StringBuilder text = new StringBuilder();
    for (int d = 0; d < DIMENSIONS; d++) {
      text.append((float) ((d == label ? 1 : 0) + noise * random.nextGaussian())).append(' ');
    }
    return text.toString();
  }

  private void examples(int count, double noise) {
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(CLASSES);
      example(message(label, noise), label);
    }
  }

  private SentenceTrainer trainer(float @Nullable [] weights) {
    return new SentenceTrainer(
        examples, labels.stream().mapToInt(Integer::intValue).toArray(), CLASSES, NUMBERS, weights);
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  private static int likeliest(float[] scores) {
    return IntStream.range(0, scores.length)
        .reduce((a, b) -> scores[b] > scores[a] ? b : a)
        .orElseThrow();
  }

  @Test
  void tellsLabelsApart() {
    examples(300, 0.2);

    SentenceModel model = trainer(null).train(range(0, 200), 1);

    for (int i = 200; i < 300; i++) {
      float[] numbers = NUMBERS.encode(String.valueOf(examples.get(i).row().message()));
      assertThat(likeliest(model.score(numbers))).isEqualTo(labels.get(i));
    }
  }

  @Test
  void learnsFromTheRowsThatItIsGivenAndHaveAMessage() {
    examples(60, 0.3);
    float[] asked = NUMBERS.encode(message(1, 0));
    float[] without = trainer(null).train(range(0, 60), 1).score(asked);
    example(null, 2);
    example(message(1, 0), 2);

    assertThat(trainer(null).train(range(0, 61), 1).score(asked)).isEqualTo(without);
    assertThat(trainer(null).train(range(0, 62), 1).score(asked)).isNotEqualTo(without);
  }

  @Test
  void withoutAnyMessageAllLabelsAreAlike() {
    example(null, 0);
    example(null, 1);

    float[] scores = trainer(null).train(range(0, 2), 1).score(new float[DIMENSIONS]);

    assertThat(scores).containsOnly(scores[0]);
    assertThat(trainer(null).penalty(range(0, 1), range(1, 2))).isEqualTo(SentenceTrainer.PENALTY);
  }

  @Test
  void aLabelThatWeighsMoreIsLikelier() {
    examples(200, 1);
    float[] asked = new float[DIMENSIONS];

    float[] alike = trainer(null).train(range(0, 200), 1).score(asked);
    float[] more = trainer(new float[] {1, 1, 5}).train(range(0, 200), 1).score(asked);

    assertThat(more[2] - more[0]).isGreaterThan(alike[2] - alike[0] + 1);
    assertThat(trainer(new float[] {1, 1, 1}).train(range(0, 200), 1).score(asked))
        .isEqualTo(alike);
  }

  @Test
  void clearMessagesAreHeldBackLessThanNoise() {
    examples(300, 0.1);
    double clear = trainer(null).penalty(range(0, 200), range(200, 300));
    examples.clear();
    labels.clear();
    for (int i = 0; i < 300; i++) {
      example(message(random.nextInt(CLASSES), 1), random.nextInt(CLASSES));
    }
    double noise = trainer(null).penalty(range(0, 200), range(200, 300));

    assertThat(clear).isLessThan(1);
    assertThat(noise).isGreaterThan(3);
  }

  @Test
  void theSameMessagesGiveTheSameWeights() {
    examples(500, 0.8);
    float[] asked = NUMBERS.encode(message(0, 1));

    assertThat(trainer(null).train(range(0, 500), 0.3).score(asked))
        .isEqualTo(trainer(null).train(range(0, 500), 0.3).score(asked));
  }
}
