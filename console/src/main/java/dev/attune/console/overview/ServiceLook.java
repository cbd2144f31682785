package dev.attune.console.overview;

import java.util.List;

/**
 * What the instances of a service come to at one time.
 *
 * @param instances how many its name has, of which so many answer and are ready
 * @param version of those that answer; several while one replaces the other
 * @param troubles what their health tells
 * @param metrics counters since the console began to look, added up, also while nobody answers;
 *     gauges of those that answer
 */
record ServiceLook(
    int instances,
    int answering,
    int ready,
    String version,
    List<String> troubles,
    Metrics metrics) {
  static final ServiceLook NEVER = new ServiceLook(0, 0, 0, "", List.of(), Metrics.NONE);

  boolean answers() {
    return answering > 0;
  }

  boolean allReady() {
    return ready > 0 && ready == instances;
  }
}
