package dev.attune.system.scale;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Whose event the next one is. */
@FunctionalInterface
public interface Crowd {
  String user(SplittableRandom random);

  /** Each user sends as much as the others. */
  static Crowd even(String name, int users) {
    return random -> name + "-" + random.nextInt(users);
  }

  /** The user of rank r sends in proportion to {@code r^-exponent}. */
  static Crowd zipf(String name, int users, double exponent) {
    double[] upTo = new double[users];
    double sum = 0;
    for (int i = 0; i < users; i++) {
      sum += Math.pow(i + 1.0, -exponent);
      upTo[i] = sum;
    }
    double all = sum;
    return random -> {
      int found = Arrays.binarySearch(upTo, random.nextDouble() * all);
      return name + "-" + (found < 0 ? -found - 1 : found);
    };
  }

  /** One user has this share of all events, the others are even. */
  static Crowd celebrity(String name, int users, double share) {
    Crowd others = even(name, users);
    return random -> random.nextDouble() < share ? name + "-celebrity" : others.user(random);
  }
}
