package dev.attune.http;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** One request and its answer, which is asked for once: what {@link #answer} or a refusal says. */
public interface Exchange {
  /** Why a request does not reach {@link #answer}. */
  enum Trouble {
    /** The body's framing is wrong. */
    BROKEN,
    /** The body has more bytes than it may. */
    TOO_LARGE,
    /** All bodies together hold as much as they may. */
    NO_ROOM,
    /** The endpoint failed; the log has why. */
    FAILED
  }

  /**
   * The body, filled as it comes and closed once the request is answered; one that keeps nothing
   * for who is refused whatever it holds.
   */
  Body body();

  /**
   * Answers, now or later, on any thread.
   *
   * @param thread the connection's; what follows on an event elsewhere belongs there
   */
  CompletionStage<HttpAnswer> answer(Executor thread);

  /** The answer to what does not reach {@link #answer}. */
  HttpAnswer refuse(Trouble trouble);
}
