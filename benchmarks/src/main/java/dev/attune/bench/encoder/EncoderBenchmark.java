package dev.attune.bench.encoder;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.Goal;
import dev.attune.bench.Measurement;
import dev.attune.bench.Row;
import dev.attune.bench.model.Questions;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.encoder.LocalEncoders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the sentence encoder that comes along adds to a message event: the time of a text that was
 * never seen, on one thread, and of one that is remembered, which is what a click after it costs.
 */
public final class EncoderBenchmark implements Measurement {
  private static final int WARM_UPS = 100;

  private final Questions questions = new Questions(1);

  @Override
  public List<Row> run(BenchmarkRun bench) throws Exception {
    bench.say("loading the encoder");
    long start = System.nanoTime();
    SentenceEncoder encoder = new LocalEncoders(null, 1).own();
    double loading = (System.nanoTime() - start) / 1e6;
    for (int i = 0; i < WARM_UPS; i++) {
      var unused = encoder.encode(questions.next(Questions.MEDIAN));
    }
    double[] few = new double[bench.rounds()];
    double[] many = new double[bench.rounds()];
    double[] known = new double[bench.rounds()];
    for (int round = 0; round < bench.rounds(); round++) {
      bench.say("round " + (round + 1));
      long nanos = bench.phase().toNanos() / 3;
      few[round] = median(encoder, Questions.SHORT, nanos, false);
      many[round] = median(encoder, Questions.MEDIAN, nanos, false);
      known[round] = median(encoder, Questions.MEDIAN, nanos, true);
    }
    return List.of(
        Row.of("a message of 20 words, p50", middle(few), "ms").goal(Goal.valueAtMost(15)),
        Row.of("a message of 67 words, p50", middle(many), "ms"),
        Row.of("a message that is known, p50", middle(known), "ms").goal(Goal.valueAtMost(0.1)),
        Row.of("loading it and the first two texts", loading, "ms"));
  }

  private double median(SentenceEncoder encoder, int words, long nanos, boolean same) {
    List<Long> times = new ArrayList<>();
    String text = questions.next(words);
    var unused = encoder.encode(text);
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      String next = same ? text : questions.next(words);
      long before = System.nanoTime();
      var alsoUnused = encoder.encode(next);
      times.add(System.nanoTime() - before);
    }
    return middle(times.stream().mapToDouble(time -> time / 1e6).toArray());
  }

  private static double middle(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
