package dev.attune.console.curves;

import java.io.IOException;
import java.time.Duration;

/** What is asked for at an interval. A bean of this kind needs nothing more. */
public interface Polled {
  /** As in "… can't be told". */
  String subject();

  /** Between the end of one look and the next; before the first one, too. */
  Duration interval();

  /**
   * Looks once. Never called twice at a time.
   *
   * @param gaps takes what could not be told, where the rest could
   * @throws IOException when nothing could be told
   */
  void look(Gaps gaps) throws IOException, InterruptedException;
}
