package dev.attune.core.feature;

import dev.attune.core.playbook.YamlNode;
import java.util.List;

/** The declared features of a playbook, in vector order. */
public final class FeatureSet {

  private final String id;
  private final List<FeatureColumn> columns;

  private FeatureSet(String id, List<FeatureColumn> columns) {
    this.id = id;
    this.columns = columns;
  }

  /** Reads {@code features.yaml}. */
  public static FeatureSet parse(YamlNode root) {
    root.only("session", "features");
    return new FeatureSet("0", List.of());
  }

  /** A hash of order and meaning: equal ids mean interchangeable vectors. */
  public String id() {
    return id;
  }

  public List<FeatureColumn> columns() {
    return columns;
  }
}
