package dev.attune.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.bench.BenchmarkException;
import org.junit.jupiter.api.Test;

class PrometheusTest {
  @Test
  void addsAMetricsSamples() {
    String text = "# HELP a x\na{code=\"1\"} 2.5\na{code=\"2\"} 1.0E3\nab 7\nplain 3.0\n";

    assertThat(Prometheus.sum(text, "a")).isEqualTo(1002.5);
    assertThat(Prometheus.sum(text, "plain")).isEqualTo(3);
    assertThatThrownBy(() -> Prometheus.sum(text, "missing"))
        .isInstanceOf(BenchmarkException.class);
    assertThat(Prometheus.count(text, "a")).isEqualTo(1002.5);
    assertThat(Prometheus.count(text, "missing")).isZero();
  }

  @Test
  void addsTheSamplesOfALabel() {
    String text = "a{b=\"1\",c=\"x\"} 2.5\na{b=\"2\",c=\"x\"} 4\na{b=\"1\",c=\"y\"} 8\n";

    assertThat(Prometheus.labelled(text, "a", "c=\"x\"")).isEqualTo(6.5);
    assertThat(Prometheus.labelled(text, "a", "c=\"z\"")).isZero();
  }
}
