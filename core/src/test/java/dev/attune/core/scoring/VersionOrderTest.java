package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
  @Test
  void numbersWithinAVersionAreOrderedAsNumbers() {
    List<String> ordered =
        List.of("1", "1.", "1.2", "1.10", "2026-01-02.9", "2026-01-02.10", "a", "a1", "b");
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        assertThat(Integer.signum(VersionOrder.compare(ordered.get(i), ordered.get(j))))
            .as("%s and %s", ordered.get(i), ordered.get(j))
            .isEqualTo(Integer.compare(i, j));
      }
    }
  }
}
