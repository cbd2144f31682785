package dev.attune.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A section of a guide, whose samples are tested as they stand there. */
public record GuideSection(String text) {
  private static final Pattern BLOCK = Pattern.compile("(?s)```(yaml|bash)\n(.*?)```");

  /**
   * @param file from the root of the repository
   * @param heading the whole line; the section ends at the next heading but for those of parts
   */
  public static GuideSection of(String file, String heading) {
    try {
      String guide = Files.readString(Path.of("..").resolve(file));
      int begin = guide.indexOf("\n" + heading + "\n");
      if (begin < 0) {
        throw new IllegalArgumentException(file + " has no section " + heading);
      }
      String rest = guide.substring(begin + heading.length() + 2);
      int level = heading.indexOf(' ');
      return new GuideSection(rest.replaceFirst("(?s)\n#{2," + level + "} .*", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All samples of a language, one behind the other. */
  public String all(String language) {
    return String.join("\n", blocks(language));
  }

  public List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** The values whose first line is a comment with the name of their file. */
  String values(String file) {
    return blocks("yaml").stream()
        .filter(block -> block.startsWith("# " + file))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no sample " + file));
  }

  /** Writes values beside others, for a rendering. */
  public static Path file(Path folder, String name, String values) {
    try {
      return Files.writeString(folder.resolve(name), values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
