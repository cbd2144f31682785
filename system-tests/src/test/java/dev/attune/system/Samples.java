package dev.attune.system;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What services expose to Prometheus: the labels of each sample, by its name. */
record Samples(Map<String, List<Map<String, String>>> byName) {
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private record Sample(String name, Map<String, String> labels) {}

  /** Of several services' texts. */
  static Samples of(Stream<String> expositions) {
    return new Samples(
        expositions
            .flatMap(String::lines)
            .filter(line -> !line.startsWith("#"))
            .map(SAMPLE::matcher)
            .filter(Matcher::matches)
            .map(found -> new Sample(found.group(1), labels(found.group(2))))
            .collect(groupingBy(Sample::name, mapping(Sample::labels, toList()))));
  }

  private static Map<String, String> labels(String text) {
    var labels = new HashMap<String, String>();
    Matcher found = LABEL.matcher(Objects.requireNonNullElse(text, ""));
    while (found.find()) {
      labels.put(found.group(1), found.group(2));
    }
    return labels;
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  boolean has(String name, String label) {
    return of(name).anyMatch(labels -> labels.containsKey(label));
  }

  boolean has(String name, String label, String value) {
    return of(name).anyMatch(labels -> value.equals(labels.get(label)));
  }

  private Stream<Map<String, String>> of(String name) {
    return byName.getOrDefault(name, List.of()).stream();
  }
}
