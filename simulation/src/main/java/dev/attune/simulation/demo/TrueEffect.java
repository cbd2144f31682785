package dev.attune.simulation.demo;

import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.Visit;

/**
 * What an experiment has to find: by how much personal replies raise the share of visits that the
 * bot settles alone, by the rules of {@link Visit} and the simulation's assumed chances.
 *
 * <pre>
 * P(settled) = g + (1 − g) · (1 − mean over patience n of (1 − m)ⁿ)
 * g = looks around first · greeting fits · quick reply is used · a fitting reply settles
 * m = a message's reply settles: fitting, misfit and generic replies by their shares
 * </pre>
 *
 * <p>How often replies fit is the model's doing and not assumed: it is given.
 */
record TrueEffect(SimulationSpec spec) {
  /**
   * Of the personalized arm's replies.
   *
   * @param fitting share about what the customer came for
   * @param misfit share personalized about something else; the rest is generic
   */
  record Shares(double fitting, double misfit) {}

  /** The difference of the two arms' shares of visits. */
  double of(Shares greetings, Shares messages) {
    var effect = spec.effect();
    double greeting =
        (1 - spec.behaviour().straightToChat())
            * greetings.fitting()
            * effect.quickReply()
            * effect.fittingReply();
    double generic = 1 - messages.fitting() - messages.misfit();
    double personal =
        messages.fitting() * effect.fittingReply()
            + messages.misfit() * effect.misfitReply()
            + generic * effect.genericReply();
    return greeting
        + (1 - greeting) * settledByMessages(personal)
        - settledByMessages(effect.genericReply());
  }

  private double settledByMessages(double each) {
    int least = (int) spec.behaviour().patience().least();
    int most = (int) spec.behaviour().patience().most();
    double unsettled = 0;
    for (int messages = least; messages <= most; messages++) {
      unsettled += Math.pow(1 - each, messages) / (most - least + 1);
    }
    return 1 - unsettled;
  }
}
