package dev.attune.bench.model;

import java.util.Random;
import java.util.stream.Collectors;

/**
 * Messages of words that customers use, in any order: an encoder's time depends on their number.
 */
public final class Questions {
  /** Words of a short one. */
  public static final int SHORT = 20;

  /** The median of a support forum's questions. */
  public static final int MEDIAN = 67;

  private static final String[] WORDS =
      ("my order has not come yet and I would like to know where it is since the mail said that"
              + " delivery takes three days please help me change password account login error"
              + " message settings folder inbox refund invoice address phone")
          .split(" ");

  private final Random random;

  public Questions(long seed) {
    random = new Random(seed);
  }

  /** The next one of so many words. */
  public String next(int words) {
    return random
        .ints(words, 0, WORDS.length)
        .mapToObj(i -> WORDS[i])
        .collect(Collectors.joining(" "));
  }
}
