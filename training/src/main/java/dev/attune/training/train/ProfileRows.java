package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as the online scorer sees them, whether or not a label followed: what drift is compared
 * with. When they become too many, half of the users are left out, then a quarter stays and so on;
 * a user stays with all rows or none.
 */
final class ProfileRows {
  /** Enough for every age, and small beside the examples. */
  private static final int MOST = 100_000;

  private final List<ProfileRow> rows = new ArrayList<>();
  private final HalvedUsers users = new HalvedUsers();
  private final int most;

  /**
   * A row of a user.
   *
   * @param time of its event, epoch milliseconds
   * @param age of the user then, milliseconds since the first event
   */
  record ProfileRow(String userId, long time, long age, FeatureRow row) {}

  ProfileRows() {
    this(MOST);
  }

  ProfileRows(int most) {
    this.most = most;
  }

  void add(ProfileRow row) {
    if (!users.has(row.userId())) {
      return;
    }
    rows.add(row);
    while (rows.size() > most && users.halve()) {
      rows.removeIf(kept -> !users.has(kept.userId()));
    }
  }

  List<ProfileRow> rows() {
    return List.copyOf(rows);
  }
}
