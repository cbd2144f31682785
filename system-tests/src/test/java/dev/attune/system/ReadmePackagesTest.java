package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A README that lists the packages of its module lists those that exist. */
class ReadmePackagesTest {
  private static final Pattern TABLE =
      Pattern.compile("(?m)^\\| package.*\\n\\|-.*\\n((?:\\|.*\\n)+)");
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\|([^|]*)\\|");
  private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z.]+);");

  static Stream<String> modulesWithATable() {
    return Modules.withCode()
        .filter(module -> Files.exists(readme(module)))
        .filter(module -> TABLE.matcher(Modules.read(readme(module))).find());
  }

  private static Path readme(String module) {
    return Modules.folder(module).resolve("README.md");
  }

  @ParameterizedTest
  @MethodSource("modulesWithATable")
  void listsThePackagesThatExist(String module) {
    Set<String> packages = packages(module);
    String base = packages.stream().reduce(ReadmePackagesTest::common).orElseThrow();
    Set<String> expected =
        packages.stream()
            .filter(name -> !name.equals(base))
            .map(name -> name.substring(base.length() + 1).split("\\.")[0])
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> listed =
        listed(module).stream()
            .map(name -> name.startsWith(base + ".") ? name.substring(base.length() + 1) : name)
            .filter(name -> !name.equals(base) && !base.endsWith("." + name))
            .map(name -> name.split("\\.")[0])
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(listed).isEqualTo(expected);
  }

  private static String common(String one, String other) {
    String shorter = one;
    while (!other.equals(shorter) && !other.startsWith(shorter + ".")) {
      shorter = shorter.substring(0, shorter.lastIndexOf('.'));
    }
    return shorter;
  }

  private static Set<String> packages(String module) {
    String main = Modules.folder(module).resolve("src/main/java").toString();
    return Modules.sources()
        .filter(file -> file.toString().startsWith(main))
        .flatMap(file -> PACKAGE.matcher(Modules.read(file)).results())
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }

  private static Set<String> listed(String module) {
    return TABLE
        .matcher(Modules.read(readme(module)))
        .results()
        .flatMap(table -> FIRST_CELL.matcher(table.group(1)).results())
        .flatMap(cell -> NAME.matcher(cell.group(1)).results())
        .map((MatchResult name) -> name.group(1))
        .collect(Collectors.toSet());
  }
}
