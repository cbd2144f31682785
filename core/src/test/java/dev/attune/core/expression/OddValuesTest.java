package dev.attune.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The law: every operator says the same of every type and every odd value (missing, zeros of both
 * signs, no number, infinite), whether a condition is compiled or interpreted.
 */
class OddValuesTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static final List<@Nullable Object> NUMBERS =
      Arrays.asList(3.0, 0.0, -0.0, -2.5, 1e300, INFINITY, -INFINITY, Double.NaN, null);
  private static final List<@Nullable Object> TEXTS = Arrays.asList("a", "", "ab", null);
  private static final List<@Nullable Object> FLAGS = Arrays.asList(true, false, null);
  private static final List<@Nullable Object> LISTS =
      Arrays.asList(List.of(), List.of("a", "ab"), null);

  private static final List<String> NUMBER_TERMS =
      List.of("n", "m", "0", "3", "-n", "n * m", "m / 0", "(b ? n : m)");
  private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");
  private static final List<String> TEXT_TERMS = List.of("s", "t", "'a'", "''");
  private static final List<String> TEXT_FUNCTIONS = List.of("startsWith", "endsWith", "contains");
  private static final List<String> FLAG_TERMS = List.of("b", "c", "true", "false");

  private final Expressions expressions = CompiledAsInterpretedTest.expressions();

  @Test
  void numbersAreComparedAlike() throws ExpressionException {
    List<String> conditions = new ArrayList<>();
    for (String left : NUMBER_TERMS) {
      for (String right : NUMBER_TERMS) {
        COMPARISONS.forEach(each -> conditions.add(left + " " + each + " " + right));
      }
      conditions.add(left + " in [0, 3, n]");
      conditions.add(left + " in [m]");
      conditions.add(left + " in [m, (b ? n : 3)]");
      conditions.add("[n, m].exists(x, x == " + left + ")");
    }

    assertAlike(conditions, numberRows());
  }

  @Test
  void textsAreComparedAlike() throws ExpressionException {
    List<String> conditions = new ArrayList<>();
    for (String left : TEXT_TERMS) {
      for (String right : TEXT_TERMS) {
        conditions.add(left + " == " + right);
        conditions.add(left + " != " + right);
        TEXT_FUNCTIONS.forEach(each -> conditions.add(left + "." + each + "(" + right + ")"));
      }
      conditions.add(left + " in texts");
      conditions.add(left + " in ['a', '']");
    }
    conditions.addAll(List.of("s == null", "null != t", "s in [t, 'b']"));

    assertAlike(conditions, textRows());
  }

  @Test
  void flagsAreComparedAlike() throws ExpressionException {
    List<String> conditions = new ArrayList<>(List.of("b == null", "b != null"));
    for (String left : FLAG_TERMS) {
      for (String right : FLAG_TERMS) {
        for (String each : List.of("==", "!=", "&&", "||")) {
          conditions.add(left + " " + each + " " + right);
        }
      }
    }

    assertAlike(conditions, textRows());
  }

  /** Being in a list is being equal to one of it, also where either is interpreted. */
  @Test
  void beingInAListIsBeingEqualToOneOfIt() throws ExpressionException {
    for (String number : NUMBER_TERMS) {
      Expression in = expressions.compile(number + " in [0, m]");
      Expression interpreted = expressions.interpret(number + " in [0, m]");
      Expression equal = expressions.compile(number + " == 0 || " + number + " == m");
      for (List<@Nullable Object> row : numberRows()) {
        Scope scope = Scope.of(row);
        assertThat(in.test(scope)).as("%s on %s", number, row).isEqualTo(equal.test(scope));
        assertThat(interpreted.test(scope)).as("%s on %s", number, row).isEqualTo(in.test(scope));
      }
    }
  }

  /** Each condition, and its opposite beside other tests. */
  private void assertAlike(List<String> conditions, List<List<@Nullable Object>> rows)
      throws ExpressionException {
    List<String> different = new ArrayList<>();
    for (String condition : conditions) {
      for (String text : List.of(condition, "b && !(" + condition + ") || s == 'a'")) {
        Expression compiled = expressions.compile(text);
        Expression interpreted = expressions.interpret(text);
        for (List<@Nullable Object> row : rows) {
          Scope scope = Scope.of(row);
          if (compiled.test(scope) != interpreted.test(scope)) {
            different.add(text + " on " + row);
          }
        }
      }
    }
    assertThat(different).isEmpty();
  }

  private static List<List<@Nullable Object>> numberRows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Object n : NUMBERS) {
      for (Object m : NUMBERS) {
        rows.add(Arrays.asList(n, m, n == null ? null : "b", "b", m != null, null, List.of()));
      }
    }
    return rows;
  }

  private static List<List<@Nullable Object>> textRows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Object s : TEXTS) {
      for (Object t : TEXTS) {
        for (Object b : FLAGS) {
          for (Object c : FLAGS) {
            for (Object list : LISTS) {
              rows.add(Arrays.asList(1.0, null, s, t, b, c, list));
            }
          }
        }
      }
    }
    return rows;
  }
}
