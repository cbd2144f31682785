package dev.attune.core.expression;

import dev.attune.core.yaml.Problems;
import dev.cel.common.CelSourceLocation;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts CEL's complaints in the words of a playbook. Its own text reaches nobody. */
final class CelMessages {
  /** Of what has no words of its own. */
  static final String UNCLEAR =
      "this is not understood; write conditions such as"
          + " `features.visits > 3 && intent.label == \"refund\"`";

  private static final Pattern UNDECLARED =
      Pattern.compile("undeclared reference to '([^']+)'.*", Pattern.DOTALL);

  /** CEL lists every pair of types that would do: a screen full. */
  private static final Pattern NO_OVERLOAD =
      Pattern.compile(
          "found no matching overload for '([^']+)' applied to '(.*?)' \\(candidates: .*",
          Pattern.DOTALL);

  private static final Pattern NOT_A_CONDITION =
      Pattern.compile("expected type 'bool' but found '(.+)'", Pattern.DOTALL);

  private static final Pattern NO_TOKEN =
      Pattern.compile("token recognition error at: '(.+)'", Pattern.DOTALL);

  private static final Pattern NO_SYNTAX =
      Pattern.compile(
          "(?:mismatched input|extraneous input|no viable alternative at input) '(.+?)'.*",
          Pattern.DOTALL);

  private static final Pattern LACKS =
      Pattern.compile("missing '(.+?)' at '(.+?)'.*", Pattern.DOTALL);

  private static final String END = "<EOF>";

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
          "list(string)", "a list of texts",
          "list(double)", "a list of numbers",
          "null", "nothing");

  private static final List<String> FUNCTIONS =
      List.of("startsWith", "endsWith", "contains", "matches", "size", "has", "exists", "all");

  /** What is meant by signs that other languages have. */
  private static final Map<String, String> SIGNS =
      Map.of("&", "&&", "|", "||", "=", "==", "and", "&&", "or", "||", "not", "!");

  private CelMessages() {}

  static String explain(String message) {
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      String name = undeclared.group(1);
      return "unknown function `" + name + "`" + Problems.suggestion(name, FUNCTIONS);
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
    return syntax(message);
  }

  private static String syntax(String message) {
    Matcher noToken = NO_TOKEN.matcher(message);
    if (noToken.matches()) {
      return unexpected(noToken.group(1));
    }
    Matcher lacks = LACKS.matcher(message);
    if (lacks.matches()) {
      return "`" + lacks.group(1) + "` is missing here";
    }
    Matcher noSyntax = NO_SYNTAX.matcher(message);
    return noSyntax.matches() ? unexpected(noSyntax.group(1)) : UNCLEAR;
  }

  private static String unexpected(String found) {
    if (found.equals(END)) {
      return "the condition ends too early";
    }
    String sign = found.strip().split("\\s", 2)[0];
    String meant = SIGNS.get(sign);
    return "`%s` is not expected here%s"
        .formatted(sign, meant == null ? "" : " (did you mean `" + meant + "`?)");
  }

  /** The code point at a place, whose lines count from 1 and whose columns count from 0. */
  static int place(String text, CelSourceLocation location) {
    int start = 0;
    for (int i = 1; i < location.getLine() && text.indexOf('\n', start) >= 0; i++) {
      start = text.indexOf('\n', start) + 1;
    }
    return text.codePointCount(0, start) + Math.max(0, location.getColumn());
  }

  private static String kinds(String arguments) {
    return TYPE.matcher(arguments)
        .results()
        .map(type -> kind(type.group()))
        .collect(Collectors.joining(" and "));
  }

  private static String kind(String type) {
    return KINDS.getOrDefault(type, "something else");
  }
}
