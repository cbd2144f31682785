package dev.attune.simulation;

import dev.attune.core.yaml.YamlNode;
import java.util.random.RandomGenerator;

/** Numbers from a least to a most, all alike likely. */
public record Range(double least, double most) {
  static Range parse(YamlNode node) {
    node.only("least", "most");
    var range = new Range(node.get("least").number(), node.get("most").number());
    if (range.least < 0 || range.most < range.least) {
      node.problem("least must be at least 0 and not above most");
    }
    return range;
  }

  public double draw(RandomGenerator random) {
    return least + random.nextDouble() * (most - least);
  }

  int drawWhole(RandomGenerator random) {
    return (int) (least + random.nextInt((int) (most - least) + 1));
  }
}
