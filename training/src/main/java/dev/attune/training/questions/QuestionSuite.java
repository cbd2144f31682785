package dev.attune.training.questions;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.training.UserFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A playbook's {@code questions.yaml}: what people typically write, and which rules of a slot are a
 * right answer to it.
 *
 * @param slot where the questions are asked
 */
public record QuestionSuite(String slot, List<Question> questions) {
  private static final String FILE = "questions.yaml";

  /**
   * A question.
   *
   * @param accepted names of the rules that answer it
   */
  public record Question(String locale, String text, Set<String> accepted) {}

  /**
   * Reads a playbook's questions.
   *
   * @throws UserFault when it has none
   * @throws PlaybookException with every mistake, as file:line
   */
  public static QuestionSuite load(Playbook playbook) {
    Path file = playbook.dir().resolve(FILE);
    if (!Files.exists(file)) {
      throw new UserFault("There is no " + file + "; docs/responses.md shows one.");
    }
    Problems problems = new Problems();
    QuestionSuite suite = parse(YamlNode.load(file, problems), playbook);
    problems.throwIfAny();
    return suite;
  }

  /** Adds what is wrong with a playbook's questions; nothing when it has none. */
  public static void check(Playbook playbook, Problems problems) {
    Path file = playbook.dir().resolve(FILE);
    if (Files.exists(file)) {
      var unused = parse(YamlNode.load(file, problems), playbook);
    }
  }

  private static QuestionSuite parse(YamlNode root, Playbook playbook) {
    root.only("slot", "questions");
    YamlNode slot = root.get("slot");
    Set<String> slots = playbook.replies().slotNames();
    if (!slots.contains(slot.text())) {
      slot.problem(
          "there is no slot `%s`%s"
              .formatted(slot.text(), Problems.suggestion(slot.text(), slots)));
      // every rule would look wrong, too
      return new QuestionSuite(slot.text(), List.of());
    }
    List<String> rules = playbook.replies().ruleNames(slot.text());
    List<Question> questions = new ArrayList<>();
    for (YamlNode group : root.get("questions").items()) {
      Set<String> accepted = accepted(group.get("accept"), rules);
      for (YamlNode.Entry entry : group.entries()) {
        if (!entry.key().equals("accept")) {
          entry
              .value()
              .texts()
              .forEach(text -> questions.add(new Question(entry.key(), text, accepted)));
        }
      }
    }
    return new QuestionSuite(slot.text(), questions);
  }

  private static Set<String> accepted(YamlNode node, List<String> rules) {
    Set<String> accepted = new LinkedHashSet<>(node.texts());
    for (String rule : accepted) {
      if (!rules.contains(rule)) {
        node.problem("there is no rule `%s`%s".formatted(rule, Problems.suggestion(rule, rules)));
      }
    }
    if (accepted.isEmpty()) {
      node.problem("`accept` must name the rules that answer these questions");
    }
    return accepted;
  }
}
