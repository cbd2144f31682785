package dev.attune.system;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics and labels that a PromQL expression names: no parser, but enough for what the
 * dashboards and rules are written in.
 *
 * @param grouped labels of its {@code by} clauses
 */
record PromQuery(String text, List<Selector> selectors, Set<String> grouped) {
  private static final Pattern GROUPS = Pattern.compile("\\bby\\s*\\(([^)]*)\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");

  /** A name, and its matchers or the parenthesis that makes it a function. */
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:.])([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*}|\\()?");

  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset");

  /**
   * @param labels whatever the matchers name
   * @param values those that must be equal
   */
  record Selector(String metric, Set<String> labels, Map<String, String> values) {}

  static PromQuery of(String text) {
    Set<String> grouped = new HashSet<>();
    GROUPS
        .matcher(text)
        .results()
        .forEach(found -> grouped.addAll(List.of(found.group(1).trim().split("\\s*,\\s*"))));
    String rest = GROUPS.matcher(text).replaceAll(" ");
    rest = RANGE.matcher(rest).replaceAll("");
    List<Selector> selectors = new ArrayList<>();
    Matcher names = NAME.matcher(rest);
    while (names.find()) {
      String more = names.group(2);
      if (!"(".equals(more) && !WORDS.contains(names.group(1))) {
        selectors.add(selector(names.group(1), more == null ? "" : more));
      }
    }
    return new PromQuery(text, selectors, grouped);
  }

  private static Selector selector(String metric, String matchers) {
    Set<String> labels = new HashSet<>();
    Map<String, String> values = new TreeMap<>();
    for (MatchResult found : MATCHER.matcher(matchers).results().toList()) {
      labels.add(found.group(1));
      if (found.group(2).equals("=")) {
        values.put(found.group(1), found.group(3));
      }
    }
    return new Selector(metric, labels, values);
  }
}
