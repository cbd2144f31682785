package dev.attune.console.overview;

import java.util.List;

/**
 * An instance of a service at one time.
 *
 * @param address by which it is told from the others
 * @param answers false: the rest is empty
 * @param version its own, and the commit it was built from
 * @param troubles what its health tells, in its own words
 */
record InstanceLook(
    String address,
    boolean answers,
    boolean ready,
    String version,
    List<String> troubles,
    Metrics metrics) {
  static InstanceLook away(String address) {
    return new InstanceLook(address, false, false, "", List.of(), Metrics.NONE);
  }
}
