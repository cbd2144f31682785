package dev.attune.console.overview;

import java.util.List;

/**
 * A service at one time.
 *
 * @param answers false: the rest is empty
 * @param version its own, and the commit it was built from
 * @param troubles what its health tells, in its own words
 */
record ServiceLook(
    boolean answers, boolean ready, String version, List<String> troubles, Metrics metrics) {
  static final ServiceLook AWAY = new ServiceLook(false, false, "", List.of(), Metrics.NONE);
}
