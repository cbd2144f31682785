package dev.attune.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the guide for conversation designers says of values that are not known, row by row. */
class UnknownValuesGuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "responses.md");
  private static final Pattern ROW = Pattern.compile("\\| (`.*`) \\| (holds|does not hold) \\|");
  private static final Pattern CONDITION = Pattern.compile("`([^`]+)`");

  @Test
  void everyExampleOfTheGuideIsTrue() throws IOException, ExpressionException {
    var variables = new LinkedHashMap<String, VariableType>();
    variables.put("features.visits", VariableType.NUMBER);
    variables.put("features.plan", VariableType.TEXT);
    variables.put("probabilities", VariableType.MAP);
    Expressions expressions = new Expressions(variables);
    Scope unknown = Scope.of(Arrays.asList(null, null, Map.of("other", 0.9)));

    Map<String, Boolean> examples = examples();

    assertThat(examples).hasSizeGreaterThan(10);
    for (Map.Entry<String, Boolean> example : examples.entrySet()) {
      String text = example.getKey();
      boolean holds = example.getValue();
      assertThat(expressions.compile(text).test(unknown)).as(text).isEqualTo(holds);
      assertThat(expressions.interpret(text).test(unknown)).as(text).isEqualTo(holds);
    }
  }

  private static Map<String, Boolean> examples() throws IOException {
    Map<String, Boolean> examples = new LinkedHashMap<>();
    List<MatchResult> rows = ROW.matcher(Files.readString(GUIDE)).results().toList();
    for (MatchResult row : rows) {
      CONDITION
          .matcher(row.group(1))
          .results()
          .forEach(each -> examples.put(each.group(1), row.group(2).equals("holds")));
    }
    return examples;
  }
}
