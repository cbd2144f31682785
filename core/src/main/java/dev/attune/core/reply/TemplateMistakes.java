package dev.attune.core.reply;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in plain words why a text can't be read, in place of the template languages' own text. */
final class TemplateMistakes {
  private static final Pattern TAG = Pattern.compile("\\{\\{\\s*([#^/])\\s*([^}]*?)\\s*}}");

  /** By a part of ICU's text; the first that fits. */
  private static final List<Map.Entry<String, String>> ICU =
      List.of(
          Map.entry("'other'", "a plural or select needs the case `other {…}`"),
          Map.entry("No style field", "a `plural` or `select` needs cases, such as `other {…}`"),
          Map.entry("No message fragment", "a case has its text in braces, such as `one {…}`"),
          Map.entry("Unmatched", "its braces are not balanced"),
          Map.entry("Unknown", "write {name}, {count, plural, …} or {day, date, long}"));

  static final String BRACES = "a tag is written as {{name}}; look at its braces";

  private TemplateMistakes() {}

  private record Open(String tag, String name, int offset) {}

  /** Reports what is open without an end, or ends without being open. */
  static void unbalanced(String source, ObjIntConsumer<String> problems) {
    Deque<Open> open = new ArrayDeque<>();
    Matcher tag = TAG.matcher(source);
    while (tag.find()) {
      Open last = open.peek();
      if (!tag.group(1).equals("/")) {
        open.push(new Open(tag.group(), tag.group(2), tag.start()));
      } else if (last != null && last.name().equals(tag.group(2))) {
        open.pop();
      } else {
        String why = last == null ? "nothing is open" : "`" + last.tag() + "` is open";
        problems.accept("`" + tag.group() + "` closes nothing: " + why, tag.start());
        return;
      }
    }
    if (open.isEmpty()) {
      problems.accept(BRACES, 0);
    } else {
      Open last = open.pop();
      problems.accept(
          "`%s` is not closed; write {{/%s}} after it".formatted(last.tag(), last.name()),
          last.offset());
    }
  }

  static String ofMessage(String icuText) {
    String why =
        ICU.stream()
            .filter(entry -> icuText.contains(entry.getKey()))
            .findFirst()
            .map(entry -> ": " + entry.getValue())
            .orElse("; look at its braces and commas");
    return "the ICU message can't be read" + why;
  }
}
