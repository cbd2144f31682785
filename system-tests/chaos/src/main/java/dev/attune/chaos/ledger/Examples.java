package dev.attune.chaos.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The first few of what was found, to be looked for in the logs. */
final class Examples {
  private static final int MOST = 3;

  private Examples() {}

  /** In brackets; nothing where nothing was found. */
  static String of(Collection<String> found) {
    List<String> few = new ArrayList<>(found.stream().limit(MOST).toList());
    if (found.size() > MOST) {
      few.add("…");
    }
    return few.isEmpty() ? "" : " (" + String.join(", ", few) + ")";
  }
}
