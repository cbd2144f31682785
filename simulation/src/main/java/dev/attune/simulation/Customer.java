package dev.attune.simulation;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One simulated customer. Chance is the customer's own, so that a seed gives the same customers
 * however their visits interleave. Visits of one customer must not overlap.
 */
public final class Customer {
  private final String userId;
  private final String locale;
  private final String channel;
  private final SplittableRandom random;
  private final SimulationSpec spec;
  private @Nullable String lastIntent;

  public Customer(SimulationSpec spec, long seed, int number, String prefix) {
    this.spec = spec;
    this.random = new SplittableRandom(seed * 1_000_003 + number);
    this.userId = prefix + number;
    this.locale = spec.locales().draw(random);
    this.channel = spec.channels().draw(random);
  }

  /** Decides what the customer comes for; known to the simulator only. */
  String nextIntent() {
    String last = lastIntent;
    boolean again = last != null && random.nextDouble() < spec.behaviour().sameIntentAgain();
    String intent = again && last != null ? last : spec.intents().draw(random);
    lastIntent = intent;
    return intent;
  }

  /** What the customer came for last; null before the first visit. */
  public @Nullable String lastIntent() {
    return lastIntent;
  }

  public String userId() {
    return userId;
  }

  public String locale() {
    return locale;
  }

  String language() {
    return Phrasebook.language(locale);
  }

  String channel() {
    return channel;
  }

  String timezone() {
    return switch (locale) {
      case "es-ES" -> "Europe/Madrid";
      case "es-MX" -> "America/Mexico_City";
      case "en-GB" -> "Europe/London";
      default -> "America/New_York";
    };
  }

  /** The customer's own chance, for worlds. */
  public SplittableRandom chance() {
    return random;
  }
}
