package dev.attune.http;

import dev.attune.tracing.TraceSpan;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One busy path that takes {@code POST}. It is answered from whole bodies, on the thread of the
 * connection. That thread serves many connections: work that may block, or takes longer than a
 * moment, belongs on other threads.
 */
public interface Endpoint {
  String path();

  /** Decides by the head whether the body is read at all. */
  Admission admit(HttpRequest head);

  /**
   * Told of every answer on the path, before it is sent.
   *
   * @param nanos since the head came
   */
  void answered(int status, long nanos);

  /** What the endpoint says to a head. */
  sealed interface Admission {
    /** What it says in the end. */
    sealed interface Verdict extends Admission {}

    /** The answer goes out at once; nothing of the body is kept or waited for. */
    record Refused(Problem problem) implements Verdict {}

    /**
     * The body is read, then handed over.
     *
     * @param key whose share of the budget of all bodies it takes
     * @param maxBody bytes on the wire
     */
    record Admitted(String key, int maxBody, Handler handler) implements Verdict {}

    /** Somebody else must be asked first. Until then nothing of the body is read. */
    record Pending(CompletionStage<Verdict> verdict) implements Admission {}
  }

  /** Answers one request. */
  @FunctionalInterface
  interface Handler {
    /**
     * Answers now or later, on any thread. A {@link Problem} may be thrown, now or later.
     *
     * @param body whole; it is closed once the answer is there
     * @param span the request's, for what is done within it; it ends with the answer
     * @param thread the connection's; what follows on an event elsewhere belongs there
     */
    CompletionStage<HttpAnswer> answer(Body body, TraceSpan span, Executor thread);
  }
}
