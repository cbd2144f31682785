package dev.attune.local.infra;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a small JVM: one of several that share a developer's machine. */
public final class JavaCommand {
  private final List<String> words = new ArrayList<>();

  private JavaCommand() {}

  /** Uses the JDK that runs this program. */
  public static JavaCommand withHeap(String maximum) {
    var command = new JavaCommand();
    command.words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.words.add("-Xmx" + maximum);
    command.words.add("-Xss512k");
    // one collector thread a JVM and no tables for others: least memory with eight JVMs side by
    // side
    command.words.add("-XX:+UseSerialGC");
    command.words.add("-XX:+ExitOnOutOfMemoryError");
    command.words.add("--enable-native-access=ALL-UNNAMED");
    command.words.add("--sun-misc-unsafe-memory-access=allow");
    return command;
  }

  public JavaCommand option(String option) {
    words.add(option);
    return this;
  }

  public List<String> run(String... program) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(program));
    return List.copyOf(all);
  }
}
