package dev.attune.streams.recent;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The list of recent users.
 *
 * @param users of each partition, 0 to 5000; 0: nobody is listed. Each takes some kilobytes in the
 *     memory of feature-streams, and the newest 2,000 of all partitions in response-api's
 */
@ConfigurationProperties("attune.recent")
public record RecentUsersSettings(@DefaultValue("200") int users) {
  private static final int MOST = 5_000;

  public RecentUsersSettings {
    Assert.isTrue(users >= 0 && users <= MOST, "attune.recent.users must be 0 to " + MOST);
  }
}
