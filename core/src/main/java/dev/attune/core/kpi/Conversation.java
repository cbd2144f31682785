package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.schemas.avro.Session;
import java.util.Objects;

/**
 * A finished session as it was counted.
 *
 * @param sessionId empty: none
 * @param withdrawn it turned out to be part of another one
 * @param scoreMillis its CSAT score in thousandths; {@link #UNRATED}: none
 */
record Conversation(
    String sessionId,
    long startedAt,
    long endedAt,
    int revision,
    KpiDimensions place,
    boolean withdrawn,
    Turns turns,
    long scoreMillis) {
  static final long UNRATED = Long.MIN_VALUE;
  private static final int WITHDRAWN = 1;
  private static final int TALKED = 2;
  private static final int HANDLED = 4;
  private static final long SATISFIED_MILLIS = 4_000;

  /**
   * What was said.
   *
   * @param any whether anything was, by machines too
   * @param agentReplies by people
   * @param handlingMillis that these took; {@link #NOT_SAID}: none said
   */
  record Turns(boolean any, int messages, int quickReplies, int agentReplies, long handlingMillis) {
    static final long NOT_SAID = -1;

    static Turns of(Session session) {
      return new Turns(
          session.getMessages() + session.getQuickRepliesUsed() + session.getAgentReplies() > 0,
          session.getMessages(),
          session.getQuickRepliesUsed(),
          session.getAgentReplies() - session.getAutomatedReplies(),
          session.getHandlingSeconds() == null
              ? NOT_SAID
              : Math.round(session.getHandlingSeconds() * 1_000));
    }

    void addTo(KpiSums sums) {
      sums.add(Measure.CONVERSATIONS, any ? 1 : 0);
      sums.add(Measure.MESSAGES, messages);
      sums.add(Measure.QUICK_REPLIES, quickReplies);
      sums.add(Measure.QUICK_REPLIED, quickReplies > 0 ? 1 : 0);
      sums.add(Measure.AGENT_REPLIES, agentReplies);
      sums.add(Measure.ASSISTED, agentReplies > 0 ? 1 : 0);
      if (handlingMillis != NOT_SAID) {
        sums.add(Measure.HANDLED, 1);
        sums.add(Measure.HANDLING_MILLIS, handlingMillis);
      }
    }
  }

  static Conversation of(Session session, KpiDimensions place) {
    Double csat = session.getCsat();
    return new Conversation(
        idOf(session),
        session.getStartedAt(),
        session.getEndedAt(),
        session.getRevision(),
        place,
        session.getEvents() == 0,
        Turns.of(session),
        csat == null ? UNRATED : Math.round(csat * 1_000));
  }

  private static String idOf(Session session) {
    return Objects.requireNonNullElse(session.getSessionId(), "");
  }

  boolean isOf(Session session) {
    return startedAt == session.getStartedAt() && sessionId.equals(idOf(session));
  }

  KpiSums sums() {
    var sums = new KpiSums();
    if (withdrawn) {
      return sums;
    }
    sums.add(Measure.VISITS, 1);
    turns.addTo(sums);
    if (scoreMillis != UNRATED) {
      sums.add(Measure.RATED, 1);
      sums.add(Measure.SATISFIED, scoreMillis >= SATISFIED_MILLIS ? 1 : 0);
      sums.add(Measure.SCORE_MILLIS, scoreMillis);
    }
    return sums;
  }

  void write(ByteWriter out) {
    out.text(sessionId);
    out.zigzag(startedAt);
    out.varint(endedAt - startedAt);
    out.varint(revision);
    place.write(out);
    boolean handled = turns.handlingMillis != Turns.NOT_SAID;
    out.octet((withdrawn ? WITHDRAWN : 0) | (turns.any ? TALKED : 0) | (handled ? HANDLED : 0));
    out.varint(turns.messages);
    out.varint(turns.quickReplies);
    out.zigzag(turns.agentReplies);
    if (handled) {
      out.varint(turns.handlingMillis);
    }
    out.zigzag(scoreMillis);
  }

  /**
   * @param withArms false: a row from before they were kept
   */
  static Conversation read(ByteReader in, boolean withArms) {
    String id = in.text();
    long start = in.zigzag();
    long end = start + in.varint();
    int revision = (int) in.varint();
    KpiDimensions place = KpiDimensions.read(in, withArms);
    int flags = in.octet();
    return new Conversation(
        id,
        start,
        end,
        revision,
        place,
        (flags & WITHDRAWN) != 0,
        new Turns(
            (flags & TALKED) != 0,
            (int) in.varint(),
            (int) in.varint(),
            (int) in.zigzag(),
            (flags & HANDLED) != 0 ? in.varint() : Turns.NOT_SAID),
        in.zigzag());
  }
}
