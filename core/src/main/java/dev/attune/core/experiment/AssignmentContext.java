package dev.attune.core.experiment;

import java.util.List;
import java.util.Map;

/**
 * What an assignment depends on beyond the playbook.
 *
 * @param seen the arm that the user saw first, by experiment: kept when weights change
 * @param weights that a bandit has moved, by experiment, in the arms' order
 */
public record AssignmentContext(Map<String, String> seen, Map<String, List<Double>> weights) {
  public static final AssignmentContext NONE = new AssignmentContext(Map.of(), Map.of());
}
