package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The texts that {@code ./attune VERB --help} prints at once, before anything is built, are those
 * of the commands. {@code -Dattune.goldens=write} writes them anew.
 */
class HelpFilesTest {
  private static final Path ROOT = Checkout.find().root();
  private static final Path FOLDER = ROOT.resolve("cli/src/main/help");

  @Test
  void areTheCommandsOwn() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    add("", Attune.commandLine(), texts);
    if ("write".equals(System.getProperty("attune.goldens"))) {
      write(texts);
    }

    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(FOLDER)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    assertThat(files).isEqualTo(texts);
  }

  private static void add(String name, CommandLine command, Map<String, String> texts) {
    if (!name.isEmpty()) {
      texts.put(name + ".txt", command.getUsageMessage(Ansi.OFF));
    }
    command
        .getSubcommands()
        .forEach((verb, sub) -> add(name.isEmpty() ? verb : name + "-" + verb, sub, texts));
  }

  private static void write(Map<String, String> texts) throws IOException {
    Files.createDirectories(FOLDER);
    try (Stream<Path> old = Files.list(FOLDER)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Files.writeString(FOLDER.resolve(text.getKey()), text.getValue());
    }
  }

  @Test
  void arePrintedByBashAlone() throws Exception {
    assertThat(printed("models", "promote", "--help"))
        .isEqualTo(Files.readString(FOLDER.resolve("models-promote.txt")));
    assertThat(printed("explain", "a-decision", "-h"))
        .isEqualTo(Files.readString(FOLDER.resolve("explain.txt")));
    assertThat(printed("--version")).matches("attune \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  /** With no Java to be found: nothing can have been built or started. */
  private static String printed(String... arguments) throws Exception {
    ProcessBuilder bash = new ProcessBuilder("bash", ROOT.resolve("attune").toString());
    bash.command().addAll(List.of(arguments));
    bash.environment().put("JAVA_HOME", "/nowhere");
    Process process = bash.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
