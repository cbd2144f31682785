package dev.attune.core.reply;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problems;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** The names a template may use; {@code features.x} is {@code features_x} in an ICU message. */
final class TemplateNames {
  private static final List<String> FIXED =
      List.of("locale", "intent", "intent.label", "intent.probability", "message", ".", "this");

  /** Mustache's own, and the section of an ICU message. */
  private static final Set<String> OWN = Set.of("message", ".", "this");

  private final Set<String> known = new TreeSet<>(FIXED);

  TemplateNames(Collection<String> variables, FeatureSet features, Collection<String> segments) {
    known.addAll(variables);
    features.columns().stream()
        .filter(column -> column.kind() != ColumnKind.TOKENS)
        .forEach(column -> known.add("features." + column.name()));
    segments.forEach(name -> known.add("segments." + name));
  }

  Collection<String> unknownIn(Template template) {
    Set<String> unknown = new LinkedHashSet<>();
    template.visit(new Names(unknown));
    unknown.removeAll(known);
    return unknown;
  }

  /** The names as arguments of an ICU message. */
  Collection<String> arguments() {
    return known.stream().map(name -> name.replace('.', '_')).toList();
  }

  String explain(String name) {
    return explain(name, known.stream().filter(each -> !OWN.contains(each)).toList());
  }

  String explainArgument(String name) {
    return explain(name, arguments());
  }

  private static String explain(String name, Collection<String> known) {
    return "unknown %s `%s`%s".formatted(kind(name), name, Problems.suggestion(name, known));
  }

  private static String kind(String name) {
    if (name.startsWith("segments")) {
      return "segment";
    }
    return name.startsWith("features") ? "feature" : "variable";
  }

  /** Every value under its full name, as an argument of an ICU message. */
  static void flatten(Map<?, ?> values, BiConsumer<String, Object> into) {
    flatten("", values, into);
  }

  private static void flatten(String prefix, Map<?, ?> values, BiConsumer<String, Object> into) {
    values.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner) {
            flatten(prefix + name + "_", inner, into);
          } else if (value != null) {
            into.accept(prefix + name, value);
          }
        });
  }

  private record Names(Set<String> found) implements Mustache.Visitor {
    @Override
    public void visitText(String text) {}

    @Override
    public void visitVariable(String name) {
      found.add(name);
    }

    @Override
    public boolean visitInclude(String name) {
      return false;
    }

    @Override
    public boolean visitSection(String name) {
      found.add(name);
      return true;
    }

    @Override
    public boolean visitInvertedSection(String name) {
      found.add(name);
      return true;
    }
  }
}
