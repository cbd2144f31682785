package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LikeliestTwoTest {
  @Test
  void findsThemWhereverTheyStand() {
    float[][] rows = {
      {0.5f, 0.3f, 0.2f}, {0.2f, 0.3f, 0.5f}, {0.3f, 0.5f, 0.2f}, {0.2f, 0.5f, 0.3f}
    };
    for (float[] row : rows) {
      LikeliestTwo two = LikeliestTwo.of(row);

      assertThat(row[two.first()]).isEqualTo(0.5f);
      assertThat(row[two.second()]).isEqualTo(0.3f);
      assertThat(two.margin()).isCloseTo(0.2, Offset.offset(1e-6));
    }
  }

  @Test
  void equalOnesHaveNoMarginAndOneAloneHasAll() {
    assertThat(LikeliestTwo.of(0.4f, 0.4f, 0.2f)).isEqualTo(new LikeliestTwo(0, 1, 0));
    assertThat(LikeliestTwo.of(1)).isEqualTo(new LikeliestTwo(0, -1, 1));
  }
}
