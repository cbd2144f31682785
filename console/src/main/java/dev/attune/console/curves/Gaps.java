package dev.attune.console.curves;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What could not be told. Logged once, and again when it could be told in between. */
public final class Gaps {
  private static final Logger log = LoggerFactory.getLogger(Gaps.class);

  private Set<String> before = Set.of();
  private Set<String> now = new HashSet<>();

  public void add(String subject, Exception why) {
    if (now.add(subject) && !before.contains(subject)) {
      log.warn("{} can't be told: {}", subject, why.toString());
    }
  }

  /** A look is over. */
  void next() {
    before = now;
    now = new HashSet<>();
  }
}
