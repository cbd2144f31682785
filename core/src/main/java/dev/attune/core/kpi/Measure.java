package dev.attune.core.kpi;

import java.util.Locale;

/** What is summed up. All are whole numbers, so that taking away what was added leaves nothing. */
public enum Measure {
  /** Finished sessions. */
  VISITS,

  /** Visits in which the user wrote, pressed a quick reply or was answered. */
  CONVERSATIONS,
  MESSAGES,
  QUICK_REPLIES,

  /** Conversations in which a quick reply was pressed. */
  QUICK_REPLIED,

  /** Replies by people. */
  AGENT_REPLIES,

  /** Conversations in which a person answered. */
  ASSISTED,

  /** What people spent on their replies, where they said it. */
  HANDLING_MILLIS,

  /** Conversations in which a person said so. */
  HANDLED,

  /** Conversations with a CSAT score; the last one counts. */
  RATED,

  /** Scores of 4 and above. */
  SATISFIED,

  /** The sum of scores, in thousandths. */
  SCORE_MILLIS,

  /** Issues opened. */
  OPENED,

  /** Issues opened that are resolved now. */
  RESOLVED;

  /** The name in records of {@code kpis}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
