package dev.attune.simulation;

import dev.attune.core.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Things to choose from by their share of all. */
public record WeightedChoice(Map<String, Double> byName) {
  static WeightedChoice parse(YamlNode node) {
    var shares = new LinkedHashMap<String, Double>();
    node.entries().forEach(entry -> shares.put(entry.key(), entry.value().number()));
    return checked(node, shares);
  }

  static WeightedChoice checked(YamlNode node, Map<String, Double> shares) {
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > 1e-6) {
      node.problem("the shares must sum to 1, not " + sum);
    }
    return new WeightedChoice(shares);
  }

  String draw(RandomGenerator random) {
    double at = random.nextDouble();
    String last = "";
    for (Map.Entry<String, Double> share : byName.entrySet()) {
      last = share.getKey();
      at -= share.getValue();
      if (at < 0) {
        return last;
      }
    }
    return last;
  }

  double largest() {
    return byName.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
