package dev.attune.core.playbook;

import dev.attune.core.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a playbook. One whose name is misspelled would be passed over without a word. */
final class PlaybookFiles {
  /** What services and the command line read. */
  private static final List<String> KNOWN =
      List.of(
          "experiments.yaml",
          "features.yaml",
          "import.yaml",
          "questions.yaml",
          "responses.yaml",
          "segments.yaml",
          "simulation.yaml",
          "tracking-plan.yaml",
          "training.yaml");

  private PlaybookFiles() {}

  /** Warns of each YAML file that nothing reads. */
  static void warnOfUnread(Path playbook, Problems problems) {
    try (Stream<Path> files = Files.list(playbook)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(PlaybookFiles::isUnread)
          .sorted()
          .forEach(
              name ->
                  problems.warn(
                      playbook.resolve(name).toString(),
                      "nothing reads a file of this name" + Problems.suggestion(name, KNOWN)));
    } catch (IOException e) {
      problems.add(playbook.toString(), 1, "cannot be read");
    }
  }

  /** An import's mapping may have any name; an editor's own files begin with a dot. */
  private static boolean isUnread(String name) {
    return (name.endsWith(".yaml") || name.endsWith(".yml"))
        && !KNOWN.contains(name)
        && !name.startsWith("import")
        && !name.startsWith(".");
  }
}
