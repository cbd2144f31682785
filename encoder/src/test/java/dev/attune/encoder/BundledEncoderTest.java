package dev.attune.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.SentenceEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoder that comes along knows what texts mean, and says the same each time. */
class BundledEncoderTest {
  private static SentenceEncoder encoder;

  @BeforeAll
  static void load() throws Exception {
    encoder = new OnnxSentenceEncoder(EncoderFiles.bundled());
  }

  private static double similarity(String one, String other) {
    float[] a = encoder.encode(one);
    float[] b = encoder.encode(other);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "where is my parcel | my package has not arrived | how do I change my password",
        "I want my money back | please refund my purchase | which colours does it come in",
        "I cannot sign in | the login page rejects my credentials | do you ship to Spain",
        "the app crashes on start | program closes right after launch | invoice for last month",
        "messages are missing from my inbox | where did all my mails go | how to change the theme",
      })
  void whatMeansAlikeIsNear(String text, String alike, String other) {
    assertThat(similarity(text, alike)).isGreaterThan(similarity(text, other) + 0.15);
  }

  /** Of the model's card: the float model gives 0.6963 for these two, near 1 for equal ones. */
  @Test
  void isAsNearAsTheModelsCardSays() {
    assertThat(similarity("That is a happy person", "That is a happy person"))
        .isCloseTo(1, within(1e-5));
    assertThat(similarity("That is a happy person", "That is a happy dog"))
        .isCloseTo(0.695, within(0.05));
    assertThat(similarity("That is a happy person", "Today is a sunny day"))
        .isCloseTo(0.257, within(0.06));
  }

  @Test
  void has384NumbersOfLengthOne() {
    float[] numbers = encoder.encode("Hello");

    double square = 0;
    for (float number : numbers) {
      square += number * number;
    }
    assertThat(encoder.dimensions()).isEqualTo(384);
    assertThat(numbers).hasSize(384);
    assertThat(square).isCloseTo(1, within(1e-5));
  }

  @Test
  void aTextGivesTheSameNumbersBesideAndAfterOthers() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      texts.add("my order " + i + " never came".repeat(i));
    }
    List<float[]> alone = texts.stream().map(encoder::encode).toList();

    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<float[]>> calls = new ArrayList<>();
      texts.reversed().forEach(text -> calls.add(() -> encoder.encode(text)));
      List<Future<float[]>> together = threads.invokeAll(calls).reversed();
      for (int i = 0; i < texts.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i));
      }
    }
    var again = new OnnxSentenceEncoder(EncoderFiles.bundled());
    assertThat(again.encode(texts.get(5))).isEqualTo(alone.get(5));
    assertThat(again.id()).isEqualTo(encoder.id()).matches("[0-9a-f]{16}");
  }

  @ParameterizedTest
  @CsvSource({"''", "' '", "\uD83D\uDE00", "\uD83D", "質問があります", "'\u0000'"})
  void anyTextGivesNumbers(String text) {
    for (float number : encoder.encode(text)) {
      assertThat(Float.isFinite(number)).isTrue();
    }
  }

  @Test
  void whatComesAfterTheTokensThatFitIsNotRead() {
    String long256 = "word ".repeat(300);

    assertThat(encoder.encode(long256 + "refund refund"))
        .isEqualTo(encoder.encode(long256 + "password"));
    assertThat(encoder.encode("word ".repeat(200)))
        .isNotEqualTo(encoder.encode("word ".repeat(200) + "refund"));
  }

  @Test
  void itsMakersAreNotTold() {
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
  }
}
