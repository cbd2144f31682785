package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import java.util.concurrent.atomic.LongAdder;

/** How often the personalized arm's replies fitted. Thread-safe. */
final class ReplyFits {
  private final LongAdder all = new LongAdder();
  private final LongAdder fitting = new LongAdder();
  private final LongAdder misfit = new LongAdder();

  /** Replies outside of experiments and to the control arm don't count. */
  void add(String intent, BotReply reply) {
    if (reply.variant() == null || reply.variant().equals("control")) {
      return;
    }
    all.increment();
    if (reply.personalized()) {
      (intent.equals(reply.intent()) ? fitting : misfit).increment();
    }
  }

  TrueEffect.Shares shares() {
    double whole = Math.max(1, all.sum());
    return new TrueEffect.Shares(fitting.sum() / whole, misfit.sum() / whole);
  }
}
