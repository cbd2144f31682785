package dev.attune.core.expression;

import dev.attune.core.yaml.Problems;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts CEL's most frequent complaints in the words of a playbook. */
final class CelMessages {
  private static final Pattern UNDECLARED =
      Pattern.compile("undeclared reference to '([^']+)'.*", Pattern.DOTALL);

  /** CEL lists every pair of types that would do: a screen full. */
  private static final Pattern NO_OVERLOAD =
      Pattern.compile(
          "found no matching overload for '([^']+)' applied to '(.*?)' \\(candidates: .*",
          Pattern.DOTALL);

  private static final Pattern NOT_A_CONDITION =
      Pattern.compile("expected type 'bool' but found '(.+)'", Pattern.DOTALL);

  /** A type in {@code (a, b)} or {@code a.(b)}; one that wraps others comes whole. */
  private static final Pattern TYPE = Pattern.compile("\\w+(?:\\([^()]*\\))?");

  private static final Map<String, String> KINDS =
      Map.of(
          "double", "a number",
          "int", "a number",
          "string", "a text",
          "wrapper(string)", "a text",
          "bool", "true or false",
          "wrapper(bool)", "true or false",
          "list(string)", "a list of texts");

  private CelMessages() {}

  /**
   * @param names what may be meant by a name that is nothing's
   */
  static String explain(String message, List<String> names) {
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      String name = undeclared.group(1);
      return "nothing is called `" + name + "` here" + Problems.suggestion(name, names);
    }
    Matcher noOverload = NO_OVERLOAD.matcher(message);
    if (noOverload.matches()) {
      String operator = noOverload.group(1).replaceAll("[_@]", "");
      return "`%s` does not work on %s".formatted(operator, kinds(noOverload.group(2)));
    }
    Matcher notACondition = NOT_A_CONDITION.matcher(message);
    if (notACondition.matches()) {
      return "a condition is true or false, this is " + kind(notACondition.group(1));
    }
    return message;
  }

  private static String kinds(String arguments) {
    return TYPE.matcher(arguments)
        .results()
        .map(type -> kind(type.group()))
        .collect(Collectors.joining(" and "));
  }

  private static String kind(String type) {
    return KINDS.getOrDefault(type, type);
  }
}
