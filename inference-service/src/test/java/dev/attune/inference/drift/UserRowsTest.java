package dev.attune.inference.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.drift.IndependentRows;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserRowsTest {
  private static final int TILES = 4;

  private final UserRows rows = new UserRows(TILES);

  /** Who comes each day would else outweigh everybody, the more so the longer a version serves. */
  @Test
  void whatHasLeftTheWindowDoesNotCount() {
    for (long tile = 0; tile < 100; tile++) {
      rows.add("faithful", tile);
    }
    rows.add("new", 99);

    assertThat(rows.independent(99)).isEqualTo(IndependentRows.of(List.of(4L, 1L)));
    assertThat(rows.independent(101)).isEqualTo(IndependentRows.of(List.of(2L, 1L)));
    assertThat(rows.independent(103)).isZero();
  }

  @Test
  void whoComesBackAfterAWindowBeginsAnew() {
    rows.add("u", 0);
    rows.add("u", 0);
    rows.add("u", 10);

    assertThat(rows.independent(10)).isEqualTo(1);
  }

  @Test
  void aRowThatIsLateCountsInItsTile() {
    rows.add("u", 5);
    rows.add("u", 3);
    rows.add("u", 1);

    assertThat(rows.independent(5)).isEqualTo(IndependentRows.of(List.of(2L)));
    assertThat(rows.independent(7)).isEqualTo(1);
  }
}
