package dev.attune.core.reply;

import com.samskivert.mustache.MustacheException;
import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Expressions;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
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
  private final TemplateNames names;
  private final String defaultLocale;
  private final List<String> locales;

  ReplyBookReader(YamlNode root, FeatureSet features, SegmentSet segments) {
    this.root = root;
    root.only("defaultLocale", "locales", "timezone", "format", "maxLength", "variables", "slots");
    this.variables = variables(root.get("variables"));
    this.conditions = new ConditionVariables(features, variables.values());
    this.expressions = conditions.expressions();
    this.names = new TemplateNames(variables.keySet(), features, segments.names());
    this.defaultLocale = locale(root.get("defaultLocale"), root.get("defaultLocale").textOr("en"));
    this.locales = locales(root.get("locales"));
  }

  ReplyBook read() {
    ZoneId zone = zone(root.get("timezone"));
    TextFormat format = root.get("format").oneOf(TextFormat.class, TextFormat.PLAIN);
    int maxLength = root.get("maxLength").integerOr(DEFAULT_MAX_LENGTH, 10, 20_000);
    Map<String, Slot> slots = new LinkedHashMap<>();
    if (!root.has("slots")) {
      root.problem("`slots` is missing: say at least one place in the chat that asks for words");
    }
    for (YamlNode.Entry entry : root.get("slots").entries()) {
      checkName(entry.key(), "a slot", entry.value());
      slots.put(entry.key(), slot(entry.key(), entry.value(), maxLength));
    }
    return new ReplyBook(defaultLocale, zone, format, maxLength, variables, slots, conditions);
  }

  private Slot slot(String name, YamlNode node, int maxLength) {
    node.only("description", "generic", "rules");
    YamlNode generic = node.get("generic");
    if (generic.isMissing()) {
      node.problem(
          "slot `" + name + "` has no `generic` reply, which is what is said when nobody is known");
    }
    ReplyContent content = content("generic." + name, generic, false);
    String bare = generic.isMissing() ? "" : bareText(content, generic, maxLength);
    return new Slot(rules(name, node.get("rules")), content, bare);
  }

  /** Renders the generic reply with nothing known: what can't fail here never can. */
  private String bareText(ReplyContent generic, YamlNode node, int maxLength) {
    String bare = "";
    for (ReplyContent.Wording wording : generic.wordings()) {
      for (Map.Entry<String, TextTemplate> text : wording.byLocale().entrySet()) {
        try {
          String rendered = text.getValue().render(defaults(), TextFormat.PLAIN, ZoneOffset.UTC);
          if (rendered.isEmpty() || rendered.length() > maxLength) {
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

  private List<Slot.Rule> rules(String slot, YamlNode node) {
    List<Slot.Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    UnreachableRules reachability = new UnreachableRules(expressions);
    for (YamlNode item : node.items()) {
      item.only("name", "when", "text", "alternatives", "quickReplies", "handoff");
      String name = item.get("name").text();
      checkName(name, "a rule", item.get("name"));
      if (!names.add(name)) {
        item.get("name").problem("slot `" + slot + "` has two rules named `" + name + "`");
      }
      String when = item.get("when").textOr("true").strip();
      reachability
          .obstacle(name, item.line(), when)
          .ifPresent(why -> item.problem("rule `" + name + "` is never reached: " + why));
      rules.add(new Slot.Rule(name, condition(item), content(name + "." + slot, item, true)));
    }
    return rules;
  }

  private Expression condition(YamlNode rule) {
    return rule.has("when")
        ? expressions.compile(rule.get("when"))
        : expressions.compile("true", rule);
  }

  private ReplyContent content(String templateId, YamlNode node, boolean rule) {
    if (!rule) {
      node.only("text", "alternatives", "quickReplies", "handoff");
    }
    List<ReplyContent.Wording> wordings = new ArrayList<>();
    if (node.has("alternatives")) {
      for (YamlNode item : node.get("alternatives").items()) {
        item.only("weight", "text");
        double weight = item.get("weight").numberOr(1);
        if (!(weight > 0)) {
          item.get("weight").problem("`weight` must be above 0");
        }
        wordings.add(new ReplyContent.Wording(weight, localized(item, "text")));
      }
    } else if (!node.isMissing()) {
      wordings.add(new ReplyContent.Wording(1, localized(node, "text")));
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
      buttons.add(new ReplyContent.Button(item.get("value").text(), localized(item, "label")));
    }
    if (buttons.size() > MAX_BUTTONS) {
      node.problem("more than " + MAX_BUTTONS + " quick replies");
    }
    return buttons;
  }

  /** A text by locale; a plain text stands for the default locale. */
  private Map<String, TextTemplate> localized(YamlNode parent, String key) {
    YamlNode node = parent.get(key);
    Map<String, TextTemplate> texts = new LinkedHashMap<>();
    if (node.isMissing()) {
      parent.problem("`" + key + "` is missing");
      return texts;
    }
    Set<String> given = new HashSet<>();
    if (!node.isMap()) {
      given.add(defaultLocale);
      compile(node, defaultLocale, texts);
    } else {
      for (YamlNode.Entry entry : node.entries()) {
        String tag = listedLocale(entry);
        given.add(tag);
        compile(entry.value(), tag, texts);
      }
    }
    checkLocales(node, given);
    return texts;
  }

  private String listedLocale(YamlNode.Entry entry) {
    String tag = locale(entry.value(), entry.key());
    if (!locales.contains(tag)) {
      entry.problem(
          "locale `"
              + entry.key()
              + "` is not under `locales`"
              + Problems.suggestion(entry.key(), locales));
    }
    return tag;
  }

  private void compile(YamlNode node, String tag, Map<String, TextTemplate> into) {
    String source = node.text();
    if (source.isBlank()) {
      node.problem("the text is empty");
      return;
    }
    TextTemplate.compile(source, tag, names, node::problem)
        .ifPresent(template -> into.put(tag, template));
  }

  /** Every declared locale must be spoken, by itself or by its language. */
  private void checkLocales(YamlNode node, Set<String> given) {
    for (String tag : locales) {
      boolean spoken =
          given.contains(tag)
              || (!tag.equals(defaultLocale)
                  && LocaleChain.of(tag, "").stream().anyMatch(given::contains));
      if (!spoken) {
        node.problem("there is no text for locale `" + tag + "`");
      }
    }
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
    node.items().forEach(item -> tags.add(locale(item, item.text())));
    return List.copyOf(tags);
  }

  private static String locale(YamlNode node, String tag) {
    String canonical = LocaleChain.canonical(tag);
    if (canonical.isEmpty()) {
      node.problem("`" + tag + "` is no locale; write it as en, es or pt-BR");
      return tag;
    }
    return canonical;
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
