package dev.attune.simulation;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code simulation.yaml}: who the simulated customers are and how they behave. */
public record SimulationSpec(
    WeightedChoice locales,
    WeightedChoice channels,
    History history,
    Behaviour behaviour,
    Effect effect,
    WeightedChoice intents,
    Map<String, Habits> habits,
    Habits common,
    SameWords sameWords,
    Phrasebook phrasebook) {
  private static final String FILE = "simulation.yaml";

  /** The past that the first model learns from. */
  public record History(int users, double visitsPerUser, int days) {}

  /** Probabilities unless they say otherwise. */
  public record Behaviour(
      double sameIntentAgain,
      double straightToChat,
      Range pagesBeforeChat,
      double strayPage,
      double clickOnPage,
      double vagueMessage,
      double strayMessage,
      double typo,
      double wrongCategory,
      Range think,
      Range hurriedThink,
      Range botTyping,
      Range patience) {}

  /** What the demo's pairs of customers both write, whatever they came for. */
  public record SameWords(String locale, String message) {}

  /** How likely one reply settles the matter, by what kind of reply it is. */
  public record Effect(
      double genericReply, double fittingReply, double misfitReply, double quickReply) {}

  /** What customers of one intent look at and click. */
  public record Habits(List<String> pages, List<String> clicks) {
    static Habits parse(YamlNode node) {
      List<String> pages = node.get("pages").texts();
      List<String> clicks = node.get("clicks").texts();
      if (pages.isEmpty() || clicks.isEmpty()) {
        node.problem("needs pages and clicks");
      }
      return new Habits(pages, clicks);
    }
  }

  /** Whether a playbook has simulated customers. */
  public static boolean isIn(Path playbook) {
    return Files.exists(playbook.resolve(FILE));
  }

  /**
   * Reads the file of a playbook.
   *
   * @throws PlaybookException with every problem, or when the playbook has no simulation
   */
  public static SimulationSpec load(Path playbook) {
    var problems = new Problems();
    Path file = playbook.resolve(FILE);
    if (!Files.exists(file)) {
      problems.add(file.toString(), 1, "is missing: this playbook has no simulated customers");
      problems.throwIfAny();
    }
    SimulationSpec spec = parse(YamlNode.load(file, problems));
    problems.throwIfAny();
    return spec;
  }

  static SimulationSpec parse(YamlNode root) {
    root.only(
        "locales",
        "channels",
        "history",
        "behaviour",
        "effect",
        "intents",
        "common",
        "sameWords",
        "openers",
        "closers",
        "words");
    var shares = new LinkedHashMap<String, Double>();
    var habits = new LinkedHashMap<String, Habits>();
    for (YamlNode.Entry intent : root.get("intents").entries()) {
      intent.value().only("share", "pages", "clicks", "messages");
      shares.put(intent.key(), intent.value().get("share").number());
      habits.put(intent.key(), Habits.parse(intent.value()));
    }
    return new SimulationSpec(
        WeightedChoice.parse(root.get("locales")),
        WeightedChoice.parse(root.get("channels")),
        history(root.get("history")),
        behaviour(root.get("behaviour")),
        effect(root.get("effect")),
        WeightedChoice.checked(root.get("intents"), shares),
        habits,
        Habits.parse(root.get("common")),
        sameWords(root.get("sameWords")),
        Phrasebook.parse(root));
  }

  private static SameWords sameWords(YamlNode node) {
    node.only("locale", "message");
    return new SameWords(node.get("locale").text(), node.get("message").text());
  }

  private static History history(YamlNode node) {
    node.only("users", "visitsPerUser", "days");
    return new History(
        node.get("users").integer(1, 1_000_000),
        node.get("visitsPerUser").number(),
        node.get("days").integer(1, 365));
  }

  private static Behaviour behaviour(YamlNode node) {
    return new Behaviour(
        probability(node, "sameIntentAgain"),
        probability(node, "straightToChat"),
        Range.parse(node.get("pagesBeforeChat")),
        probability(node, "strayPage"),
        probability(node, "clickOnPage"),
        probability(node, "vagueMessage"),
        probability(node, "strayMessage"),
        probability(node, "typo"),
        probability(node, "wrongCategory"),
        Range.parse(node.get("think")),
        Range.parse(node.get("hurriedThink")),
        Range.parse(node.get("botTyping")),
        Range.parse(node.get("patience")));
  }

  private static Effect effect(YamlNode node) {
    node.only("genericReply", "fittingReply", "misfitReply", "quickReply");
    return new Effect(
        probability(node, "genericReply"),
        probability(node, "fittingReply"),
        probability(node, "misfitReply"),
        probability(node, "quickReply"));
  }

  private static double probability(YamlNode node, String key) {
    double value = node.get(key).number();
    if (value < 0 || value > 1) {
      node.get(key).problem("must be a probability from 0 to 1, not " + value);
    }
    return value;
  }
}
