package dev.attune.training.train;

import java.util.HashMap;
import java.util.Map;

/**
 * A mean of rows that hang together by user. Its interval is that of the users' sums (the sandwich
 * estimate for clusters; Cameron and Miller, <i>A Practitioner's Guide to Cluster-Robust
 * Inference</i>, 2015).
 */
final class ClusteredMean {
  private static final double Z = 1.959964;

  private final Map<String, Sum> users = new HashMap<>();
  private double total;
  private int rows;

  private static final class Sum {
    private double value;
    private int rows;
  }

  void add(String userId, double value) {
    Sum user = users.computeIfAbsent(userId, _ -> new Sum());
    user.value += value;
    user.rows++;
    total += value;
    rows++;
  }

  int rows() {
    return rows;
  }

  int users() {
    return users.size();
  }

  /** NaN without rows. */
  double mean() {
    return total / rows;
  }

  /** Half of the 95 % interval; infinite with less than two users. */
  double margin() {
    if (users.size() < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double mean = mean();
    double squares = 0;
    for (Sum user : users.values()) {
      double apart = user.value - user.rows * mean;
      squares += apart * apart;
    }
    return Z * Math.sqrt(squares * users.size() / (users.size() - 1.0)) / rows;
  }
}
