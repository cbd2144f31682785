package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.schemas.json.EventJson;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the loop is for: the simulated shop opens with a model that has seen a few customers and
 * learns three times, by the same gates. People have less to do afterwards: by the same customers
 * before and after, and beside the control arm. The steps on running services are {@link
 * RetrainIT}'s and {@link ThreeMonthsIT}'s; here are enough conversations for an interval.
 */
class ThreeMonthsTest {
  private static final Instant OPENING = Instant.parse("2026-01-05T08:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);
  private static final int FIRST_CUSTOMERS = 60;
  private static final int CUSTOMERS_A_MONTH = 700;
  private static final int MEASURED = 8_000;

  @TempDir private Path folder;

  private final Path playbookFolder = Checkout.find().root().resolve("playbooks/support");
  private final Playbook playbook = Playbook.load(playbookFolder);
  private final SimulationSpec spec = SimulationSpec.load(playbookFolder);

  /** A mean with its 95 % interval. */
  private record Mean(double value, double margin) {
    static Mean of(double[] values) {
      double mean =
          IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return new Mean(mean, 1.96 * Math.sqrt(squares / (values.length - 1) / values.length));
    }

    Mean minus(Mean other) {
      return new Mean(value - other.value, Math.hypot(margin, other.margin));
    }

    double high() {
      return value + margin;
    }

    @Override
    public String toString() {
      return "%.2f ± %.2f s".formatted(value, margin);
    }
  }

  @Test
  void peopleSpendLessOnAConversationAfterThreeMonths() throws Exception {
    ModelRegistry registry = new ModelRegistry(folder.resolve("models"));
    month(null, FIRST_CUSTOMERS, 0);
    String first = trained(registry, OPENING.plus(MONTH)).version();
    assertThat(registry.live().orElseThrow().version()).isEqualTo(first);
    for (int month = 1; month <= 3; month++) {
      month(bundle(registry), CUSTOMERS_A_MONTH, month);
      Trainer.Result result = trained(registry, OPENING.plus(MONTH.multipliedBy(month + 1)));
      System.out.println(result.version() + ": " + result.summary() + " " + result.gateFailures());
      if (result.gateFailures().isEmpty()) {
        registry.promote(result.version());
      }
    }
    assertThat(registry.live().orElseThrow().version()).as("it learned").isNotEqualTo(first);

    double[] before = measured(ModelBundle.load(registry.published(first)));
    double[] after = measured(bundle(registry));

    Mean gain = Mean.of(difference(after, before, i -> !LearningShop.isControl(i)));
    Mean beside =
        Mean.of(only(after, i -> !LearningShop.isControl(i)))
            .minus(Mean.of(only(after, LearningShop::isControl)));
    System.out.printf(
        "people's work on a conversation: before %s, after %s, difference %s; controls %s, beside them %s%n",
        Mean.of(only(before, i -> !LearningShop.isControl(i))),
        Mean.of(only(after, i -> !LearningShop.isControl(i))),
        gain,
        Mean.of(only(after, LearningShop::isControl)),
        beside);
    assertThat(gain.high()).as("after three months less than before: %s", gain).isNegative();
    assertThat(beside.high()).as("less than the control arm: %s", beside).isNegative();
    assertThat(difference(after, before, LearningShop::isControl))
        .as("nothing changed for controls")
        .containsOnly(0);
  }

  private void month(@Nullable ModelBundle model, int customers, int month) throws IOException {
    var shop = new LearningShop(spec, playbook, model, "m" + month + "-");
    var unused = shop.serve(customers, 100 + month, OPENING.plus(MONTH.multipliedBy(month)));
    EventJson json = EventJson.standard();
    List<String> lines = shop.events().stream().map(json::write).toList();
    Files.write(
        folder.resolve("events.jsonl"),
        lines,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private Trainer.Result trained(ModelRegistry registry, Instant now) throws Exception {
    return Trainer.train(
        new Trainer.Request(
            folder.resolve("events.jsonl"),
            playbook,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            registry,
            now),
        Progress.SILENT);
  }

  private static ModelBundle bundle(ModelRegistry registry) throws Exception {
    return ModelBundle.load(registry.published(registry.live().orElseThrow().version()));
  }

  /** The same customers whoever predicts. */
  private double[] measured(ModelBundle model) {
    return new LearningShop(spec, playbook, model, "measured-")
        .serve(MEASURED, 7, OPENING.plus(MONTH.multipliedBy(5)));
  }

  private static double[] difference(double[] after, double[] before, IntPredicate which) {
    return IntStream.range(0, after.length)
        .filter(which)
        .mapToDouble(i -> after[i] - before[i])
        .toArray();
  }

  private static double[] only(double[] values, IntPredicate which) {
    return IntStream.range(0, values.length).filter(which).mapToDouble(i -> values[i]).toArray();
  }
}
