package dev.attune.training.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How often a model is right by how sure it is: rows in ten equal parts by the probability of their
 * likeliest label, least sure first.
 */
record CalibrationCurve(List<Part> parts) {
  private static final int PARTS = 10;

  /**
   * A tenth.
   *
   * @param said the mean probability of the likeliest label
   * @param right the share that is right
   */
  record Part(int rows, double said, double right) {}

  static CalibrationCurve of(List<Scored> scored, List<String> labels) {
    List<Scored> sorted =
        scored.stream().sorted(Comparator.comparingDouble(Scored::confidence)).toList();
    List<Part> parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      List<Scored> rows =
          sorted.subList(part * sorted.size() / PARTS, (part + 1) * sorted.size() / PARTS);
      if (!rows.isEmpty()) {
        double said = rows.stream().mapToDouble(Scored::confidence).sum();
        double right = rows.stream().filter(one -> one.isRight(labels)).count();
        parts.add(new Part(rows.size(), said / rows.size(), right / rows.size()));
      }
    }
    return new CalibrationCurve(List.copyOf(parts));
  }

  /**
   * The expected calibration error: the mean over the rows of how far the two are apart (Guo et al.
   * 2017, with parts of equal size); 0 without rows.
   */
  double error() {
    double error = 0;
    int rows = 0;
    for (Part part : parts) {
      error += part.rows() * Math.abs(part.said() - part.right());
      rows += part.rows();
    }
    return error / Math.max(1, rows);
  }
}
