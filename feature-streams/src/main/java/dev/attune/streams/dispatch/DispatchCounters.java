package dev.attune.streams.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the lanes of one dispatcher have done; read by whoever publishes metrics. */
public final class DispatchCounters {
  /** Calls started, retries, hedges and probes included. */
  final LongAdder called = new LongAdder();

  /** Requests answered {@link CallOutcome#SETTLED}. */
  final LongAdder settled = new LongAdder();

  /** Requests never called because a newer one of their key took their place. */
  final LongAdder conflated = new LongAdder();

  /** Requests whose key was marked as owed, or is owed and backs off. */
  final LongAdder held = new LongAdder();

  /** Requests answered {@link CallOutcome#REFUSED}. */
  final LongAdder skipped = new LongAdder();

  /** Calls started since another of their key failed. */
  final LongAdder retried = new LongAdder();

  final LongAdder hedged = new LongAdder();

  /** Keys with a call under way. */
  final AtomicInteger open = new AtomicInteger();

  /** Lanes with owed keys, as of their last ticks. */
  final AtomicInteger owing = new AtomicInteger();

  public long called() {
    return called.sum();
  }

  public long settled() {
    return settled.sum();
  }

  public long conflated() {
    return conflated.sum();
  }

  public long held() {
    return held.sum();
  }

  public long skipped() {
    return skipped.sum();
  }

  public long retried() {
    return retried.sum();
  }

  public long hedged() {
    return hedged.sum();
  }

  public int open() {
    return open.get();
  }

  public int owing() {
    return owing.get();
  }
}
