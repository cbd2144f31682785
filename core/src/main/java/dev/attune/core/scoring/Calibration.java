package dev.attune.core.scoring;

import java.util.List;

/**
 * Makes probabilities mean what they say: the share of {@code e^(margin / temperature + bias)} (Guo
 * et al., <i>On Calibration of Modern Neural Networks</i>, 2017). Only for models with one margin
 * per label.
 *
 * @param temperature above 1 for a model that is too sure of itself
 * @param biases one a label, undoing weights that the labels had in training; empty: none
 */
public record Calibration(float temperature, List<Float> biases) {
  public Calibration {
    biases = biases == null ? List.of() : List.copyOf(biases);
    if (!(temperature > 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException("a temperature is above 0, not " + temperature);
    }
    if (biases.stream().anyMatch(bias -> !Float.isFinite(bias))) {
      throw new IllegalArgumentException("a bias is a finite number");
    }
  }

  /** The margins that probabilities are made of; the given ones stay as they are. */
  float[] apply(float[] margins) {
    float[] calibrated = new float[margins.length];
    for (int i = 0; i < margins.length; i++) {
      calibrated[i] = margins[i] / temperature + (biases.isEmpty() ? 0 : biases.get(i));
    }
    return calibrated;
  }
}
