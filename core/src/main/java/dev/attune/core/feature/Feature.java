package dev.attune.core.feature;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One declared feature, compiled.
 *
 * @param meaning its declaration in a canonical form; part of the feature set's id
 * @param inputs all accumulators that the reading opens
 */
record Feature(String name, String meaning, Reading reading, List<Accumulator> inputs) {

  /** How its value is read from a user's cells. */
  sealed interface Reading permits NumberReading, CategoryReading, TokenReading {}

  /** NaN when missing. Numbers read before are given, so that ratios can use them. */
  non-sealed interface NumberReading extends Reading {
    double read(Reads reads, double[] numbers);
  }

  non-sealed interface CategoryReading extends Reading {
    @Nullable String read(Reads reads);
  }

  non-sealed interface TokenReading extends Reading {
    TokenBag read(Reads reads);
  }

  ColumnKind kind() {
    return switch (reading) {
      case NumberReading _ -> ColumnKind.NUMBER;
      case CategoryReading _ -> ColumnKind.CATEGORY;
      case TokenReading _ -> ColumnKind.TOKENS;
    };
  }
}
