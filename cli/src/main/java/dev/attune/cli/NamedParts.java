package dev.attune.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/**
 * What a verb runs by name, such as benchmarks: listed in its help, chosen by its parameters.
 *
 * @param kind what one of them is called
 */
record NamedParts<T>(
    String kind, Supplier<List<T>> all, Function<T, String> name, Function<T, String> summary) {
  /** Adds the list to the verb's help; nothing is loaded for it before somebody asks. */
  void list(CommandSpec verb) {
    verb.usageMessage().sectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, _ -> list());
  }

  private String list() {
    String title = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    return all.get().stream()
        .map(part -> "  %-11s %s%n".formatted(name.apply(part), summary.apply(part)))
        .collect(Collectors.joining("", "%n%ss:%n".formatted(title), ""));
  }

  /** Those of these names, in their own order; all of them without names. */
  List<T> chosen(CommandSpec verb, List<String> names) {
    List<T> there = all.get();
    List<String> known = there.stream().map(name).toList();
    for (String wanted : names) {
      if (!known.contains(wanted)) {
        throw new ParameterException(
            verb.commandLine(),
            "there is no %s '%s'; there are: %s".formatted(kind, wanted, String.join(", ", known)));
      }
    }
    return names.isEmpty()
        ? there
        : there.stream().filter(part -> names.contains(name.apply(part))).toList();
  }
}
