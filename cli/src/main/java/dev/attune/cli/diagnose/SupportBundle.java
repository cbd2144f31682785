package dev.attune.cli.diagnose;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip of texts, each redacted. What can't be got is in it as the reason why, so that a stack that
 * is half down still gives one.
 */
public final class SupportBundle implements AutoCloseable {
  private final ZipOutputStream zip;
  private final Redaction redaction;
  private final List<String> names = new ArrayList<>();

  public SupportBundle(Path file, Redaction redaction) throws IOException {
    this.zip = new ZipOutputStream(Files.newOutputStream(file), StandardCharsets.UTF_8);
    this.redaction = redaction;
  }

  /** The files in it, in the order in which they were added. */
  public List<String> names() {
    return List.copyOf(names);
  }

  public void add(String name, Callable<String> text) throws IOException {
    put(name, redaction.text(textOrReason(text)));
  }

  private static String textOrReason(Callable<String> text) {
    try {
      return text.call();
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return "can't be had: " + e + "\n";
    }
  }

  /** The last lines of a file; nothing where there is none. */
  public void addEnd(String name, Path file, int lines) throws IOException {
    if (Files.exists(file)) {
      add(name, () -> end(file, lines));
    }
  }

  private static String end(Path file, int most) throws IOException {
    Deque<String> kept = new ArrayDeque<>();
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines.forEach(
          line -> {
            kept.addLast(line);
            if (kept.size() > most) {
              kept.removeFirst();
            }
          });
    }
    // a log may end in the middle of a character
    String text = String.join("\n", kept) + "\n";
    return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Settings as lines of name and value. */
  public void addSettings(String name, Map<String, String> settings) throws IOException {
    StringBuilder lines = new StringBuilder();
    settings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            one ->
                lines
                    .append(one.getKey())
                    .append('=')
                    .append(redaction.setting(one.getKey(), one.getValue()))
                    .append('\n'));
    put(name, lines.toString());
  }

  private void put(String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    names.add(name);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
