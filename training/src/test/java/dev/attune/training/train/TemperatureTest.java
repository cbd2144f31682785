package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureTest {
  private static final int ROWS = 20_000;

  /** Labels are drawn by the true margins; a model states them so many times as strong. */
  @ParameterizedTest
  @ValueSource(floats = {0.5f, 1, 1.7f, 3})
  void findsHowMuchTooSureAModelIs(float tooSure) {
    assertThat(Temperature.of(rows(ROWS, tooSure))).isCloseTo(tooSure, within(0.05f * tooSure));
  }

  @Test
  void noOtherTemperatureHasALowerLoss() {
    List<Temperature.Row> rows = rows(500, 2);
    double best = Temperature.loss(rows, 1 / Temperature.of(rows));

    for (double temperature = 0.3; temperature < 5; temperature += 0.1) {
      assertThat(Temperature.loss(rows, 1 / temperature)).isGreaterThanOrEqualTo(best - 1e-3);
    }
  }

  @Test
  void rowsThatAreAllRightMakeNobodyBoundlesslySure() {
    List<Temperature.Row> right = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      right.add(new Temperature.Row(new float[] {3, 0, 0}, 0));
    }

    assertThat(Temperature.of(right)).isBetween(0.3f, 1f);
  }

  @Test
  void fewRowsChangeNothing() {
    assertThat(Temperature.of(rows(49, 3))).isEqualTo(1);
    assertThat(Temperature.of(List.of())).isEqualTo(1);
  }

  private static List<Temperature.Row> rows(int count, float tooSure) {
    Random random = new Random(7);
    List<Temperature.Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] margins = new float[4];
      double sum = 0;
      for (int c = 0; c < margins.length; c++) {
        margins[c] = (float) random.nextGaussian();
        sum += Math.exp(margins[c]);
      }
      double drawn = random.nextDouble() * sum;
      int truth = 0;
      while (truth < margins.length - 1 && drawn >= Math.exp(margins[truth])) {
        drawn -= Math.exp(margins[truth++]);
      }
      for (int c = 0; c < margins.length; c++) {
        margins[c] *= tooSure;
      }
      rows.add(new Temperature.Row(margins, truth));
    }
    return rows;
  }
}
