package dev.attune.local.stack;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Settings of the services that people give to {@code ./attune} as environment variables. A stack
 * keeps them until it is stopped, whichever verb comes next and from whichever terminal. They may
 * be secrets: only the file's owner can read it.
 */
record GivenSettings(Path file) {
  /** What a service reads begins with one of these. */
  private static final Set<String> READ =
      Set.of("ATTUNE_", "LOGGING_", "MANAGEMENT_", "SERVER_", "SPRING_");

  /** These are read by the command line alone. */
  private static final Set<String> NOT_READ =
      Set.of(
          "ATTUNE_CHROMIUM",
          "ATTUNE_DEBUG",
          "ATTUNE_HOME",
          "ATTUNE_JAVA_OPTS",
          "ATTUNE_LABELS",
          "ATTUNE_MODELS_SIGNING_KEY",
          "ATTUNE_SECRET_KEY");

  /** Of the stack in this home. */
  static GivenSettings of(Path home) {
    return new GivenSettings(PidFile.folder(home).resolve("settings"));
  }

  static boolean areRead(String name) {
    return READ.stream().anyMatch(name::startsWith) && !NOT_READ.contains(name);
  }

  /**
   * What the stack has kept, and what is given now in its place.
   *
   * @param own the settings that a stack gives its services by itself, which nobody changes
   */
  Map<String, String> with(Map<String, String> environment, Predicate<String> own) {
    var all = new TreeMap<>(read());
    environment.forEach(
        (name, value) -> {
          if (areRead(name) && !own.test(name)) {
            all.put(name, value);
          }
        });
    return all;
  }

  private Map<String, String> read() {
    var kept = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        kept.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new ServerException(
            "%s can't be read (%s). Delete it and give its settings again."
                .formatted(file, e.getMessage()));
      }
    }
    var settings = new TreeMap<String, String>();
    kept.stringPropertyNames().forEach(name -> settings.put(name, kept.getProperty(name)));
    return settings;
  }

  /** Keeps these for the verbs to come. */
  void write(Map<String, String> settings) {
    if (settings.isEmpty()) {
      delete();
      return;
    }
    var kept = new Properties();
    kept.putAll(settings);
    Path next = file.resolveSibling("settings.next");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(next);
      try (Writer writer = privateFile(next)) {
        kept.store(writer, "given by environment variables; kept until ./attune down");
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Writer privateFile(Path path) throws IOException {
    return Channels.newWriter(
        FileChannel.open(
            path,
            Set.of(CREATE_NEW, WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
        StandardCharsets.UTF_8);
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
