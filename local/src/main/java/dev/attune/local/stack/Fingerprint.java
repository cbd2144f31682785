package dev.attune.local.stack;

import dev.attune.local.infra.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What a running part was started with, so that a later {@code up} sees whether it is still what
 * would be started now: command, settings, and for services the playbook's text.
 */
final class Fingerprint {
  /** These are read by the command line, not by the services. */
  private static final List<String> NOT_READ =
      List.of("simulation.yaml", "import.yaml", "questions.yaml");

  private final Path file;
  private final String value;

  Fingerprint(StackSettings settings, Part part, Server server) {
    this.file = settings.pids().resolve(part.id() + ".fingerprint");
    var hash = new CRC32();
    server.command().stream().filter(Fingerprint::tells).forEach(word -> update(hash, word));
    new TreeMap<>(server.environment()).forEach((name, text) -> update(hash, name + "=" + text));
    if (part.isService()) {
      playbookFiles(settings.playbook()).stream()
          .filter(path -> readsAtStart(part, path))
          .forEach(path -> update(hash, read(path)));
    }
    this.value = Long.toHexString(hash.getValue());
  }

  /** Nothing is restarted because its ahead-of-time cache was made meanwhile. */
  private static boolean tells(String word) {
    return !word.startsWith("-XX:AOTCache=");
  }

  /** response-api reads changed files while it runs; inference-service reads models only. */
  private static boolean readsAtStart(Part part, Path file) {
    return part == Part.STREAMS || (part == Part.GATEWAY && file.endsWith("tracking-plan.yaml"));
  }

  private static void update(CRC32 hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Path> playbookFiles(Path playbook) {
    try (Stream<Path> files = Files.list(playbook)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> NOT_READ.stream().noneMatch(file::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isUnchanged() {
    return Files.exists(file) && read(file).equals(value);
  }

  void write() {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
