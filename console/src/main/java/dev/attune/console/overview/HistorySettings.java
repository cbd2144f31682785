package dev.attune.console.overview;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Where the overview's last 24 hours come from.
 *
 * @param prometheus address of a Prometheus that scrapes the services, such as {@code
 *     http://prometheus:9090}; it survives the console and needs no file. Empty: the console keeps
 *     a day itself
 * @param selector labels that Attune's series have there, such as {@code namespace="attune"}, so
 *     that two installations are not added up
 * @param file where the console's own history survives a restart, 104 KB; empty: in memory only,
 *     which suits a container without a disk
 */
@ConfigurationProperties("attune.console.history")
record HistorySettings(
    @DefaultValue("") String prometheus,
    @DefaultValue("") String selector,
    @DefaultValue("") String file) {
  HistorySettings {
    Assert.isTrue(
        prometheus.isEmpty() || isAddress(prometheus),
        "attune.console.history.prometheus must be like http://host:port, not %s"
            .formatted(prometheus));
    Assert.isTrue(
        !selector.contains("}") && !selector.contains("{"),
        "attune.console.history.selector must have no braces: namespace=\"attune\"");
  }

  private static boolean isAddress(String text) {
    try {
      URI url = URI.create(text);
      return List.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
