package dev.attune.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Conditions made at random of all that is compiled, on every combination of values and missing
 * ones: what is compiled for speed must not mean anything else than CEL.
 */
class CompiledAsInterpretedTest {
  private static final long SEED = 20_260_102;
  private static final int CONDITIONS = 150;
  private static final int DEEPEST = 3;

  private static final List<String> TERMS =
      List.of(
          "b",
          "c",
          "true",
          "false",
          "n > 2",
          "n <= m",
          "n == 3",
          "n != m",
          "-n < 0",
          "n / m >= 1",
          "s == 'a'",
          "s != null",
          "s == t",
          "s.startsWith('a')",
          "s.contains('b')",
          "t.endsWith('b')",
          "s in ['a', 'ab']",
          "s in texts",
          "'a' in texts");

  private static final List<List<? extends @Nullable Object>> VALUES =
      List.of(
          Arrays.asList(3.0, -1.0, Double.NaN, null),
          Arrays.asList(3.0, 0.0, null),
          Arrays.asList("a", "ab", null),
          Arrays.asList("b", null),
          Arrays.asList(true, false, null),
          Arrays.asList(true, false, null),
          Arrays.asList(List.of("a"), List.of(), null));

  private final SplittableRandom random = new SplittableRandom(SEED);

  static Expressions expressions() {
    var variables = new LinkedHashMap<String, VariableType>();
    variables.put("n", VariableType.NUMBER);
    variables.put("m", VariableType.NUMBER);
    variables.put("s", VariableType.TEXT);
    variables.put("t", VariableType.TEXT);
    variables.put("b", VariableType.FLAG);
    variables.put("c", VariableType.FLAG);
    variables.put("texts", VariableType.TEXTS);
    return new Expressions(variables);
  }

  @Test
  void compiledConditionsMeanWhatTheInterpreterSays() throws ExpressionException {
    Expressions expressions = expressions();
    List<List<@Nullable Object>> rows = combinations();
    List<String> different = new ArrayList<>();

    for (int i = 0; i < CONDITIONS; i++) {
      String text = condition(DEEPEST);
      Expression compiled = expressions.compile(text);
      Expression interpreted = expressions.interpret(text);
      assertThat(compiled).as(text).isNotInstanceOf(CelExpression.class);
      for (List<@Nullable Object> row : rows) {
        Scope scope = Scope.of(row);
        if (compiled.test(scope) != interpreted.test(scope)) {
          different.add(text + " on " + row);
        }
      }
    }

    assertThat(different).isEmpty();
  }

  private String condition(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return TERMS.get(random.nextInt(TERMS.size()));
    }
    return switch (random.nextInt(5)) {
      case 0 -> "!(" + condition(depth - 1) + ")";
      case 1, 2 -> "(" + condition(depth - 1) + " && " + condition(depth - 1) + ")";
      default -> "(" + condition(depth - 1) + " || " + condition(depth - 1) + ")";
    };
  }

  private static List<List<@Nullable Object>> combinations() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    rows.add(List.of());
    for (List<? extends @Nullable Object> column : VALUES) {
      List<List<@Nullable Object>> longer = new ArrayList<>();
      for (List<@Nullable Object> row : rows) {
        for (Object value : column) {
          List<@Nullable Object> next = new ArrayList<>(row);
          next.add(value);
          longer.add(next);
        }
      }
      rows = longer;
    }
    return rows;
  }
}
