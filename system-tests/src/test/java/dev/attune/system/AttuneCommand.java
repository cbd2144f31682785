package dev.attune.system;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the command line as a process, as {@code ./attune} does once everything is built. */
final class AttuneCommand {
  private AttuneCommand() {}

  /** Runs to success; the JSON of its last line. */
  static JsonNode run(StackSettings settings, String... arguments) {
    return JsonMapper.shared().readTree(printed(settings, arguments).getLast());
  }

  /** Runs to success; the lines that it prints. */
  static List<String> printed(StackSettings settings, String... arguments) {
    return printed(settings, Map.of(), arguments);
  }

  /** The same with other variables of the environment. */
  static List<String> printed(
      StackSettings settings, Map<String, String> environment, String... arguments) {
    try {
      return start(settings, environment, arguments);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts it and leaves it running. */
  static Process begin(StackSettings settings, Path out, String... arguments) throws IOException {
    return begin(settings, out, Map.of(), arguments);
  }

  /** The same with other variables of the environment. */
  static Process begin(
      StackSettings settings, Path out, Map<String, String> environment, String... arguments)
      throws IOException {
    return builder(settings, environment, arguments)
        .redirectOutput(out.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The same; what it says of its progress goes to the file, too. */
  static Process beginWatched(
      StackSettings settings, Path out, Map<String, String> environment, String... arguments)
      throws IOException {
    return builder(settings, environment, arguments)
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
  }

  private static ProcessBuilder builder(
      StackSettings settings, Map<String, String> environment, String... arguments)
      throws IOException {
    var builder = new ProcessBuilder(command(settings, arguments));
    builder.environment().putAll(environment(settings));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Runs to a refusal; all that it says. */
  static String refused(
      StackSettings settings, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(settings.home(), "command", ".out");
    Process process = beginWatched(settings, out, environment, arguments);
    int code = awaited(process);
    String said = said(out);
    assertThat(code).as(said).isNotZero();
    return said;
  }

  /** What one that was begun has printed so far, for the words of a failure, too. */
  static String said(Path out) {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<String> start(
      StackSettings settings, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(settings.home(), "command", ".out");
    Process process = begin(settings, out, environment, arguments);
    int code = awaited(process);
    String printed = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(code).as(printed).isZero();
    return printed.lines().toList();
  }

  private static int awaited(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(Eventually.DEADLINE)).as("it ended in time").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Writes a program that stands for {@code ./attune}, with models in a folder of its own. */
  static void script(StackSettings settings, Path file, Path models) throws IOException {
    var lines = new ArrayList<>(List.of("#!/bin/bash"));
    environment(settings)
        .forEach((name, value) -> lines.add("export " + name + "='" + value + "'"));
    lines.add("export ATTUNE_MODELS_DIR='" + models + "'");
    lines.add(
        "exec "
            + command(settings).stream().map(word -> "'" + word + "'").collect(joining(" "))
            + " \"$@\"");
    Files.write(file, lines);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static List<String> command(StackSettings settings, String... arguments)
      throws IOException {
    Path root = settings.checkout().root();
    Path target = root.resolve("cli/target");
    String libraries = Files.readString(target.resolve("classpath")).strip();
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dattune.root=" + root,
                "-Dstdout.encoding=UTF-8",
                "-cp",
                target.resolve("classes") + ":" + libraries,
                "dev.attune.cli.Attune"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static Map<String, String> environment(StackSettings settings) {
    var environment = new HashMap<>(settings.ports().variables());
    environment.put("ATTUNE_HOME", settings.home().toString());
    environment.put("ATTUNE_PLAYBOOK", settings.playbook().toString());
    environment.put("ATTUNE_MODELS_DIR", settings.models().toString());
    return environment;
  }
}
