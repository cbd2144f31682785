package dev.attune.training.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How sure a calibration error is: the basic bootstrap's 95 % interval, which draws users and not
 * rows, since rows of a user hang together (Davison and Hinkley, <i>Bootstrap Methods and their
 * Application</i>, 1997). An error of drawn rows is above that of all by chance alone; the basic
 * bootstrap takes this off.
 */
record CalibrationInterval(double low, double high) {
  private static final int DRAWS = 200;
  private static final double OUTSIDE = 0.025;

  /** The same rows give the same interval. */
  static CalibrationInterval of(List<Scored> scored, List<String> labels) {
    Map<String, List<Scored>> byUser = new LinkedHashMap<>();
    scored.forEach(
        one -> byUser.computeIfAbsent(one.example().userId(), _ -> new ArrayList<>()).add(one));
    List<List<Scored>> users = List.copyOf(byUser.values());
    Random random = new Random(1);
    double[] errors = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      List<Scored> drawn = new ArrayList<>(scored.size());
      for (int i = 0; i < users.size(); i++) {
        drawn.addAll(users.get(random.nextInt(users.size())));
      }
      errors[draw] = CalibrationCurve.of(drawn, labels).error();
    }
    Arrays.sort(errors);
    double error = CalibrationCurve.of(scored, labels).error();
    int out = (int) (OUTSIDE * DRAWS);
    return new CalibrationInterval(
        Math.max(0, 2 * error - errors[DRAWS - 1 - out]), Math.max(0, 2 * error - errors[out]));
  }

  @Override
  public String toString() {
    return "95 %% interval %s to %s".formatted(Page.number(low), Page.number(high));
  }
}
