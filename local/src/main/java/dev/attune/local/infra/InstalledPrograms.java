package dev.attune.local.infra;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine. */
final class InstalledPrograms {
  private InstalledPrograms() {}

  /** Where they are: the path, and Homebrew's folders, which a program without a shell lacks. */
  static List<Path> folders() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Arrays.stream(path.split(File.pathSeparator))
                .filter(part -> !part.isEmpty())
                .map(Path::of),
            Stream.of(Path.of("/opt/homebrew/bin"), Path.of("/usr/local/bin")))
        .toList();
  }

  /** The first of these names that is there. */
  static Optional<Path> find(List<String> names, List<Path> folders) {
    return names.stream()
        .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
