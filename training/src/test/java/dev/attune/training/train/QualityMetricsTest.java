package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.TrainingSpec;
import org.junit.jupiter.api.Test;

class QualityMetricsTest {
  @Test
  void thePlaybookKnowsTheirNames() {
    var metrics = new QualityMetrics(1, 1, 0, 1, 0, 0, 1, 1, 1);

    assertThat(TrainingSpec.METRICS).containsAll(metrics.named().keySet());
  }
}
