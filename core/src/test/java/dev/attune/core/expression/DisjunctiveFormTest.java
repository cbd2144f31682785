package dev.attune.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisjunctiveFormTest {
  private static final Expressions EXPRESSIONS = new Expressions(variables());

  private static Map<String, VariableType> variables() {
    var variables = new LinkedHashMap<String, VariableType>();
    variables.put("n", VariableType.NUMBER);
    variables.put("intent.label", VariableType.TEXT);
    variables.put("b", VariableType.FLAG);
    variables.put("segments", VariableType.TEXTS);
    variables.put("p", VariableType.MAP);
    return variables;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "n > 5 ; n > 3",
        "n > 3 ; n >= 3",
        "n == 4 ; n > 3",
        "4 < n ; n > 4",
        "n > 3 && n < 5 ; n < 6 && n > 2",
        "n > 3 ; n != 3",
        "intent.label == 'a' ; intent.label in ['a', 'b']",
        "intent.label in ['b', 'a'] ; intent.label in ['a', 'b', 'c']",
        "intent.label in ['a', 'b'] && intent.label != 'b' ; intent.label == 'a'",
        "intent.label == 'a' ; intent.label != 'b'",
        "intent.label == 'a' ; intent.label != null",
        "b && n > 3 ; b",
        "!b && n > 3 ; b != true",
        "'x' in segments && n > 3 ; 'x' in segments",
        "!('x' in segments) && b ; !('x'  in  segments)",
        "p['x'] > 0.6 ; p['x'] > 0.4",
        "size(segments) > 3 ; size(segments) > 2",
        "segments.exists(s, s == 'x') && b ; segments.exists(s, s == 'x')",
        "n > 3 ; 'x' in segments || n > 2",
        "n > 3 && (!b || n > 9) ; n > 2 && (n > 8 || !b)",
        "!(b || n == 3) ; n != 3",
        "n > 3 ; true",
      })
  void shows(String later, String earlier) throws ExpressionException {
    assertThat(implies(later, earlier)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "n > 3 ; n > 5",
        "n >= 3 ; n > 3",
        "n != 3 ; n > 3",
        "n != 3 ; n < 3 || n > 3",
        "intent.label in ['a', 'b'] ; intent.label == 'a'",
        "intent.label != 'a' ; intent.label == 'b'",
        "intent.label != 'a' ; intent.label != null",
        "b ; b && n > 3",
        "b ; !b",
        "'x' in segments ; 'y' in segments",
        "p['x'] > 0.6 ; p['y'] > 0.4",
        "p['y'] > 0.6 ; !(p['x'] in [])",
        "segments.exists(s, s == 'x') ; segments.exists(s, s == 'y')",
        "n > 3 ; b || n > 2",
        "!b || n > 3 ; n > 2",
        "!(n > 3) ; n <= 3",
        "true ; n > 3",
      })
  void doesNotClaim(String later, String earlier) throws ExpressionException {
    assertThat(implies(later, earlier)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n < 2 && n > 3",
        "n > 3 && n <= 3",
        "n == 2 && n > 3",
        "b && !b",
        "intent.label == 'a' && intent.label == 'b'",
        "intent.label in ['a', 'b'] && !(intent.label in ['b', 'a'])",
        "false"
      })
  void seesContradictions(String text) throws ExpressionException {
    assertThat(form(text).never()).isTrue();
  }

  /** Some are compiled, some need the interpreter, and both must agree about missing values. */
  private static final List<String> ATOMS =
      List.of(
          "n == 1",
          "n != 1",
          "n < 1",
          "n <= 1",
          "1 < n",
          "n >= 2",
          "n != 2",
          "n in [0, 2]",
          "intent.label == 'a'",
          "intent.label != 'a'",
          "intent.label in ['a', 'b']",
          "intent.label != null",
          "b",
          "b == true",
          "'x' in segments",
          "size(segments) > 0",
          "size(segments) == 1",
          "p['k'] > 0.5",
          "p['k'] != 0.5",
          "p['k'] in []",
          "segments.all(s, s != intent.label)");

  @Test
  void neverClaimsWhatSomeValuesRefute() throws ExpressionException {
    List<Scope> scopes = scopes();
    var random = new Random(5);
    int shown = 0;
    for (int i = 0; i < 600; i++) {
      String later = condition(random, 4);
      String earlier = condition(random, 2);
      DisjunctiveForm form = form(later);
      if (form.never()) {
        assertThat(holding(later, scopes)).as(later).isEmpty();
      } else if (form.implies(form(earlier))) {
        shown++;
        assertThat(holding(earlier, scopes))
            .as("%s implies %s", later, earlier)
            .containsAll(holding(later, scopes));
      }
    }
    assertThat(shown).isGreaterThan(20);
  }

  private static DisjunctiveForm form(String text) throws ExpressionException {
    return EXPRESSIONS.read(text).form();
  }

  private static boolean implies(String later, String earlier) throws ExpressionException {
    return form(later).implies(form(earlier));
  }

  private static String condition(Random random, int most) {
    return IntStream.rangeClosed(0, random.nextInt(most))
        .mapToObj(i -> (i == 0 ? "" : random.nextInt(4) == 0 ? " || " : " && ") + atom(random))
        .collect(Collectors.joining());
  }

  private static String atom(Random random) {
    String atom = ATOMS.get(random.nextInt(ATOMS.size()));
    return random.nextInt(4) == 0 ? "!(" + atom + ")" : atom;
  }

  private static List<Integer> holding(String text, List<Scope> scopes) throws ExpressionException {
    Expression expression = EXPRESSIONS.compile(text);
    return IntStream.range(0, scopes.size())
        .filter(i -> expression.test(scopes.get(i)))
        .boxed()
        .toList();
  }

  /** Every combination of a few values of each variable, missing ones included. */
  private static List<Scope> scopes() {
    List<List<@Nullable Object>> rows = List.of(List.of());
    for (List<? extends @Nullable Object> values : domains()) {
      rows =
          rows.stream().flatMap(row -> values.stream().map(value -> longer(row, value))).toList();
    }
    return rows.stream().map(row -> Scope.of(row)).toList();
  }

  private static List<List<? extends @Nullable Object>> domains() {
    return List.of(
        Arrays.asList(null, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
        Arrays.asList(null, "a", "b", "c"),
        Arrays.asList(null, true, false),
        List.of(List.of(), List.of("x"), List.of("a", "x")),
        List.of(Map.of(), Map.of("k", 0.5), Map.of("k", 0.9)));
  }

  private static List<@Nullable Object> longer(List<@Nullable Object> row, @Nullable Object value) {
    return Stream.concat(row.stream(), Stream.of(new @Nullable Object[] {value}))
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
