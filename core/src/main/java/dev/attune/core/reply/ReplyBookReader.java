package dev.attune.core.reply;

import com.samskivert.mustache.MustacheException;
import dev.attune.core.expression.Condition;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Vocabulary;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.YamlNode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code responses.yaml} and reports everything that is wrong with it, at its line. */
final class ReplyBookReader {
  /**
   * What fits a chat bubble with room to spare; a runaway variable is noticed before it is sent.
   */
  static final int DEFAULT_MAX_LENGTH = 1_000;

  private static final int DEFAULT_VARIABLE_LENGTH = 80;
  private static final int MAX_BUTTONS = 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
  private static final Set<String> TAKEN =
      Set.of("locale", "intent", "features", "segments", "message", "this");

  private final YamlNode root;
  private final Map<String, ReplyVariable> variables;
  private final ConditionVariables conditions;
  private final Expressions expressions;
  private final String defaultLocale;
  private final List<String> locales;
  private final TextsReader texts;

  /**
   * @param others what conditions can compare variables with, by the variable's name, as far as
   *     other files tell
   */
  ReplyBookReader(
      YamlNode root, FeatureSet features, SegmentSet segments, Map<String, Vocabulary> others) {
    this.root = root;
    root.only("defaultLocale", "locales", "timezone", "format", "maxLength", "variables", "slots");
    this.variables = variables(root.get("variables"));
    Map<String, Vocabulary> vocabularies = new HashMap<>(others);
    vocabularies.put("segments", new Vocabulary("segment", segments.names()));
    vocabularies.put("slot", new Vocabulary("slot", keys(root.get("slots"))));
    this.conditions = new ConditionVariables(features, variables.values(), vocabularies);
    this.expressions = conditions.expressions();
    YamlNode locale = root.get("defaultLocale");
    this.defaultLocale = TextsReader.locale(locale, locale.textOr("en"));
    this.locales = locales(root.get("locales"));
    var names = new TemplateNames(variables.keySet(), features, segments.names());
    this.texts = new TextsReader(names, defaultLocale, locales);
  }

  private static List<String> keys(YamlNode node) {
    return node.entries().stream().map(YamlNode.Entry::key).toList();
  }

  ReplyBook read() {
    ZoneId zone = zone(root.get("timezone"));
    TextFormat format = root.get("format").oneOf(TextFormat.class, TextFormat.PLAIN);
    int maxLength = length(root, DEFAULT_MAX_LENGTH);
    Map<String, Slot> slots = new LinkedHashMap<>();
    if (!root.has("slots")) {
      root.problem("`slots` is missing: say at least one place in the chat that asks for words");
    }
    for (YamlNode.Entry entry : root.get("slots").entries()) {
      checkName(entry.key(), "a slot", entry.name());
      slots.put(entry.key(), slot(entry.key(), entry.value(), maxLength));
    }
    return new ReplyBook(defaultLocale, locales, zone, format, variables, slots, conditions);
  }

  private Slot slot(String name, YamlNode node, int usualLength) {
    node.only("description", "maxLength", "generic", "rules");
    int maxLength = length(node, usualLength);
    YamlNode generic = node.get("generic");
    if (generic.isMissing()) {
      node.problem(
          "slot `" + name + "` has no `generic` reply, which is what is said when nobody is known");
    }
    ReplyContent content = content("generic." + name, generic, maxLength);
    generic.only("text", "alternatives", "quickReplies", "handoff");
    String bare = generic.isMissing() ? "" : bareText(content, generic, maxLength);
    return new Slot(maxLength, rules(name, node.get("rules"), maxLength), content, bare);
  }

  private static int length(YamlNode node, int otherwise) {
    return node.get("maxLength").integerOr(otherwise, 10, 20_000);
  }

  /** Renders the generic reply with nothing known: what can't fail here never can. */
  private String bareText(ReplyContent generic, YamlNode node, int maxLength) {
    String bare = "";
    for (ReplyContent.Wording wording : generic.wordings()) {
      for (Map.Entry<String, TextTemplate> text : wording.byLocale().entrySet()) {
        try {
          String rendered = text.getValue().render(defaults(), TextFormat.PLAIN, ZoneOffset.UTC);
          boolean tooLong = rendered.length() > maxLength;
          if (rendered.isEmpty() || (tooLong && text.getValue().leastLength() <= maxLength)) {
            node.problem("the generic reply must have 1 to " + maxLength + " characters");
          }
          bare = text.getKey().equals(defaultLocale) || bare.isEmpty() ? rendered : bare;
        } catch (MustacheException e) {
          node.problem(
              "the generic reply must work for unknown users: give each variable it uses a"
                  + " `default`, or put it into a {{#section}} of its own; features, segments and"
                  + " intent are unknown there");
        }
      }
    }
    return bare;
  }

  private Map<String, Object> defaults() {
    Map<String, Object> values = new HashMap<>();
    values.put("locale", defaultLocale);
    values.put("features", Map.of());
    values.put("segments", Map.of());
    for (ReplyVariable variable : variables.values()) {
      if (variable.otherwise() != null) {
        Object value = variable.parsed(variable.otherwise(), ZoneOffset.UTC);
        if (value != null) {
          values.put(variable.name(), value);
        }
      }
    }
    return values;
  }

  private List<Slot.Rule> rules(String slot, YamlNode node, int maxLength) {
    List<Slot.Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    UnreachableRules reachability = new UnreachableRules();
    for (YamlNode item : node.items()) {
      item.only("name", "when", "text", "alternatives", "quickReplies", "handoff");
      String name = item.get("name").text();
      checkName(name, "a rule", item.get("name"));
      if (!names.add(name)) {
        item.get("name").problem("slot `" + slot + "` has two rules named `" + name + "`");
      }
      Optional<Condition> when = condition(item);
      when.flatMap(condition -> reachability.obstacle(name, item.line(), condition))
          .ifPresent(why -> item.warning("rule `" + name + "` is never reached: " + why));
      ReplyContent content = content(name + "." + slot, item, maxLength);
      // what can't be read was reported
      Expression holds = when.map(Condition::compiled).orElseGet(() -> Expression.never(""));
      rules.add(new Slot.Rule(name, holds, content));
    }
    return rules;
  }

  private Optional<Condition> condition(YamlNode rule) {
    return rule.has("when")
        ? expressions.read(rule.get("when").text(), rule.get("when"))
        : expressions.read("true", rule);
  }

  private ReplyContent content(String templateId, YamlNode node, int maxLength) {
    List<ReplyContent.Wording> wordings = new ArrayList<>();
    if (node.has("alternatives")) {
      for (YamlNode item : node.get("alternatives").items()) {
        item.only("weight", "text");
        double weight = item.get("weight").numberOr(1);
        if (!(weight > 0)) {
          item.get("weight").problem("`weight` must be above 0");
        }
        wordings.add(new ReplyContent.Wording(weight, texts.read(item, "text", maxLength)));
      }
    } else if (!node.isMissing()) {
      wordings.add(new ReplyContent.Wording(1, texts.read(node, "text", maxLength)));
    }
    return new ReplyContent(
        templateId, wordings, buttons(node.get("quickReplies")), handoff(node.get("handoff")));
  }

  private static @org.jspecify.annotations.Nullable Handoff handoff(YamlNode node) {
    if (node.isMissing()) {
      return null;
    }
    node.only("to", "note");
    return new Handoff(node.get("to").text(), node.get("note").textOrNull());
  }

  private List<ReplyContent.Button> buttons(YamlNode node) {
    List<ReplyContent.Button> buttons = new ArrayList<>();
    for (YamlNode item : node.items()) {
      item.only("value", "label");
      var labels = texts.read(item, "label", TextsReader.ANY_LENGTH);
      buttons.add(new ReplyContent.Button(item.get("value").text(), labels));
    }
    if (buttons.size() > MAX_BUTTONS) {
      node.problem("more than " + MAX_BUTTONS + " quick replies");
    }
    return buttons;
  }

  private Map<String, ReplyVariable> variables(YamlNode node) {
    Map<String, ReplyVariable> read = new LinkedHashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      YamlNode value = entry.value();
      value.only("type", "default", "maxLength", "description");
      if (!VARIABLE.matcher(entry.key()).matches() || TAKEN.contains(entry.key())) {
        value.problem(
            "a variable is named by letters, digits and `_`, and not one of " + sorted(TAKEN));
      }
      int maxLength = value.get("maxLength").integerOr(DEFAULT_VARIABLE_LENGTH, 1, 10_000);
      read.put(entry.key(), variable(entry.key(), value, maxLength));
    }
    return read;
  }

  private static ReplyVariable variable(String name, YamlNode node, int maxLength) {
    ReplyVariable.Type type =
        node.get("type").oneOf(ReplyVariable.Type.class, ReplyVariable.Type.TEXT);
    YamlNode otherwise = node.get("default");
    String text = otherwise.isMissing() ? null : otherwise.text();
    ReplyVariable variable = new ReplyVariable(name, type, text, maxLength);
    if (text != null && variable.parsed(text, ZoneOffset.UTC) == null) {
      otherwise.problem("`" + text + "` is no " + type.name().toLowerCase(java.util.Locale.ROOT));
    }
    return variable;
  }

  private List<String> locales(YamlNode node) {
    Set<String> tags = new java.util.LinkedHashSet<>();
    tags.add(defaultLocale);
    node.items().forEach(item -> tags.add(TextsReader.locale(item, item.text())));
    return List.copyOf(tags);
  }

  private static ZoneId zone(YamlNode node) {
    try {
      return ZoneId.of(node.textOr("UTC"));
    } catch (DateTimeException e) {
      node.problem("`" + node.text() + "` is no time zone; write it as Europe/Madrid");
      return ZoneOffset.UTC;
    }
  }

  private static void checkName(String name, String what, YamlNode node) {
    if (!NAME.matcher(name).matches()) {
      node.problem(what + " is named by letters, digits, `-` and `_`, not `" + name + "`");
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }
}
