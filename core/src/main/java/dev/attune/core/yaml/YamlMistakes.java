package dev.attune.core.yaml;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says in plain words why a file is no YAML, in place of the parser's own text. */
final class YamlMistakes {
  private static final String LAYOUT = "look at the indentation, the quotes and the brackets";

  /** By a part of the parser's text; the first that fits. */
  private static final List<Map.Entry<String, String>> WORDS =
      List.of(
          Map.entry("TAB", "a tab stands here; indent with spaces"),
          Map.entry(
              "that cannot start any token",
              "no value starts with this character; put it in quotes"),
          Map.entry(
              "mapping values are not allowed",
              "a `:` is not allowed here; put the text in quotes"),
          Map.entry(
              "mapping keys are not allowed", "a `?` is not allowed here; put the text in quotes"),
          Map.entry(
              "sequence entries are not allowed",
              "a list is not allowed here; begin it on a new line"),
          Map.entry(
              "could not find expected ':'", "a `:` is missing after a key before this place"),
          Map.entry(
              "but found '<block mapping start>'", "this key is not indented like the ones before"),
          Map.entry("but found '-'", "this item is not indented like the ones before"),
          Map.entry("expected <block end>", "this does not belong here; " + LAYOUT),
          Map.entry("expected ',' or ']'", "this `[` is not closed, or a comma is missing in it"),
          Map.entry("expected ',' or '}'", "this `{` is not closed, or a comma is missing in it"),
          Map.entry("unexpected end of stream", "this quote is not closed"),
          Map.entry("escape", "no such escape; write `\\\\` for a backslash, or use single quotes"),
          Map.entry(
              "undefined alias",
              "this alias is not defined; put a text that starts with `*` in quotes"),
          Map.entry("indentation indicator", "after `|` or `>` the text begins on a new line"),
          Map.entry("document", "a playbook's file is one document, without `---` inside"),
          Map.entry("aliases", "too many aliases"));

  private YamlMistakes() {}

  /** Where the mistake is: what is left open begins earlier than the parser notices. */
  static Optional<Mark> place(MarkedYamlEngineException e) {
    String text = e.getProblem();
    boolean leftOpen =
        text.contains("expected ',' or") || text.contains("unexpected end of stream");
    return leftOpen && e.getContextMark().isPresent() ? e.getContextMark() : e.getProblemMark();
  }

  static String explain(String parserText) {
    for (Map.Entry<String, String> entry : WORDS) {
      if (parserText.contains(entry.getKey())) {
        return "is not YAML: " + entry.getValue();
      }
    }
    return "is not YAML: " + LAYOUT;
  }
}
