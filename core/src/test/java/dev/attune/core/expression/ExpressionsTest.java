package dev.attune.core.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {
  private static final Expressions EXPRESSIONS = new Expressions(variables());

  private static Map<String, VariableType> variables() {
    var variables = new LinkedHashMap<String, VariableType>();
    variables.put("n", VariableType.NUMBER);
    variables.put("m", VariableType.NUMBER);
    variables.put("s", VariableType.TEXT);
    variables.put("t.u", VariableType.TEXT);
    variables.put("b", VariableType.FLAG);
    variables.put("segments", VariableType.TEXTS);
    variables.put("map", VariableType.MAP);
    return variables;
  }

  private static Scope scope(@Nullable Object... values) {
    return Scope.of(Arrays.asList(values));
  }

  /** As for every value that is not known; CEL itself calls it an error. */
  @Test
  void aKeyThatAMapDoesNotHaveIsNotKnown() throws ExpressionException {
    Expressions expressions = new Expressions(variables());
    Scope scope = scope(1.0, 1.0, "", "", true, List.of(), Map.of("n", 2.0));

    for (String holds :
        List.of(
            "map.k != 'v'",
            "!(map.k == 'v')",
            "!(map.k > 3)",
            "!(map['k'] in ['v', 'w'])",
            "map.k == null",
            "null == map['k']",
            "!has(map.k)",
            "!('k' in map)",
            "map.n == 2 && map['n'] > 1",
            "[map.k, map.n].exists(each, each == 2.0)")) {
      assertThat(expressions.compile(holds).test(scope)).as(holds).isTrue();
    }
    for (String not :
        List.of(
            "map.k == 'v'",
            "map.k > 3",
            "map.k <= 3",
            "map.k in ['v']",
            "map.k != null",
            "has(map.k) && map.k != 'v'",
            "map.k.startsWith('v')",
            "map.n != null && map.n != 2")) {
      assertThat(expressions.compile(not).test(scope)).as(not).isFalse();
    }
  }

  private static final List<Scope> SCOPES =
      List.of(
          scope(3.0, 4.0, "abc", "x", true, List.of("x", "abc"), Map.of("k", "v", "n", 2.0)),
          scope(-1.0, 0.5, "x", "x", false, List.of(), Map.of()),
          scope(Double.NaN, 4.0, null, "abc", null, List.of("x"), Map.of()),
          scope(null, null, "x", "x", true, List.of("x"), Map.of("n", 0.0)),
          scope(0.0, Double.NaN, "", null, true, List.of(""), Map.of("k", "w")),
          scope(Double.NaN, Double.NaN, null, null, null, List.of(), Map.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "n == 3",
        "n != 3",
        "3 < n",
        "n >= m",
        "n > m",
        "n <= m",
        "n + 1 == m",
        "n * 2 > m - 1",
        "n / m < 1",
        "-n > 0",
        "!(n > 2)",
        "s == 'abc'",
        "s != 'abc'",
        "s == t.u",
        "s == null",
        "s != null && s.startsWith('a')",
        "s.startsWith('a')",
        "!s.startsWith('a')",
        "s.endsWith('c') || n > 100",
        "s.contains('b') && n < 100",
        "n < 100 || s.contains('b')",
        "s.contains('b') || true",
        "b",
        "!b",
        "b && n > 0",
        "b || n > 0",
        "s in ['abc', 'd']",
        "!(s in ['abc', 'd'])",
        "'x' in segments",
        "s in segments",
        "t.u == 'x' && (n > 1 || m > 1)"
      })
  void compilesToWhatTheInterpreterSays(String text) throws ExpressionException {
    Expression compiled = EXPRESSIONS.compile(text);
    Expression interpreted = EXPRESSIONS.interpret(text);

    assertThat(compiled).isNotInstanceOf(CelExpression.class);
    for (int i = 0; i < SCOPES.size(); i++) {
      assertThat(compiled.test(SCOPES.get(i)))
          .as("%s on %d", text, i)
          .isEqualTo(interpreted.test(SCOPES.get(i)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size(s) > 2 | true",
        "s.matches('^a.c$') | true",
        "map.k == 'v' | true",
        "map.n == 2 | true",
        "map.missing == 'v' | false",
        "segments.exists(x, x == 'abc') | true",
        "(n > 1 ? m : n) == 4 | true",
        "size(segments) == 2 | true"
      })
  void interpretsTheRest(String text, boolean expected) throws ExpressionException {
    assertThat(EXPRESSIONS.compile(text).test(SCOPES.getFirst())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "b || size(segments) == 0 ; true",
        "size(segments) == 0 || b ; true",
        "!(b && size(segments) == 1) ; true",
        "b || size(segments) == 1 ; false",
        "b == null && size(segments) == 0 ; true",
        "!b || size(segments) == 1 ; false"
      })
  void interpretsMissingFlagsAsErrorsThatMayNotMatter(String text, boolean expected)
      throws ExpressionException {
    Expression expression = EXPRESSIONS.compile(text);

    assertThat(expression).isInstanceOf(CelExpression.class);
    assertThat(expression.test(scope(1.0, 1.0, "s", "t", null, List.of(), Map.of())))
        .isEqualTo(expected);
  }

  @Test
  void suggestsTheNearestName() {
    assertThatThrownBy(() -> EXPRESSIONS.compile("segment == 'x'"))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("unknown name `segment`")
        .hasMessageContaining("did you mean `segments`?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n ==", "n == 'x'", "n", "s > 3", "unknown(n)"})
  void refusesWhatIsNoCondition(String text) {
    assertThatThrownBy(() -> EXPRESSIONS.compile(text)).isInstanceOf(ExpressionException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "s > 3 ; `>` does not work on a text and a number",
        "n < 'x' ; `<` does not work on a number and a text",
        "!n ; `!` does not work on a number",
        "n in segments ; `in` does not work on a number and a list of texts",
        "n.startsWith('a') ; `startsWith` does not work on a number and a text",
        "n ; a condition is true or false, this is a number"
      })
  void saysWhatDoesNotFitInAFewWords(String text, String message) {
    assertThatThrownBy(() -> EXPRESSIONS.compile(text))
        .isInstanceOf(ExpressionException.class)
        .hasMessage(message);
  }

  /** It would never hold, and nobody would learn why. */
  @ParameterizedTest
  @ValueSource(strings = {"(?i)re(fund", "(?=x)"})
  void refusesAPatternThatIsNone(String pattern) {
    assertThatThrownBy(() -> EXPRESSIONS.compile("n > 1 && s.matches('" + pattern + "')"))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("`" + pattern + "` is no RE2 pattern: ");
  }
}
