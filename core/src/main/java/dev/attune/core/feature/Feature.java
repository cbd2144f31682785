package dev.attune.core.feature;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One declared feature, compiled.
 *
 * @param meaning its declaration in a canonical form; part of the feature set's id
 * @param inputs all accumulators that the formula opens
 */
record Feature(String name, String meaning, Formula formula, List<Accumulator> inputs) {
  /** How its value is read from a user's slots. */
  sealed interface Formula permits NumberFormula, CategoryFormula, TokenFormula {}

  /** NaN when missing. Numbers read before are given, so that ratios can use them. */
  non-sealed interface NumberFormula extends Formula {
    double read(ReadContext context, double[] numbers);
  }

  non-sealed interface CategoryFormula extends Formula {
    @Nullable String read(ReadContext context);
  }

  non-sealed interface TokenFormula extends Formula {
    TokenBag read(ReadContext context);
  }

  ColumnKind kind() {
    return switch (formula) {
      case NumberFormula _ -> ColumnKind.NUMBER;
      case CategoryFormula _ -> ColumnKind.CATEGORY;
      case TokenFormula _ -> ColumnKind.TOKENS;
    };
  }
}
