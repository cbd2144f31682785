package dev.attune.core.user;

import dev.attune.core.yaml.YamlNode;
import java.time.Duration;

/**
 * When a session ends by itself.
 *
 * @param gap longest silence within a session
 */
public record SessionPolicy(Duration gap) {
  /** The web's usual half hour. */
  public static final SessionPolicy STANDARD = new SessionPolicy(Duration.ofMinutes(30));

  /** Reads {@code session:} of {@code features.yaml}. */
  public static SessionPolicy parse(YamlNode node) {
    node.only("gap");
    YamlNode gapNode = node.get("gap");
    Duration gap = gapNode.durationOr(STANDARD.gap);
    if (gap.compareTo(Duration.ofMinutes(1)) < 0 || gap.compareTo(Duration.ofHours(12)) > 0) {
      gapNode.problem("`session.gap` must be between 1m and 12h");
      return STANDARD;
    }
    return new SessionPolicy(gap);
  }
}
