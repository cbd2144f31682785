package dev.attune.local.infra;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a JVM that this program starts. */
public final class JavaCommand {
  private final List<String> words = new ArrayList<>();

  /** Uses the JDK that runs this program. */
  private JavaCommand(String maximum) {
    option(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    option("-Xmx" + maximum);
    option("-Xss512k");
    option("-XX:+ExitOnOutOfMemoryError");
    option("--enable-native-access=ALL-UNNAMED");
    option("--sun-misc-unsafe-memory-access=allow");
  }

  /** A small JVM: one of several that share a developer's machine. */
  public static JavaCommand withHeap(String maximum) {
    // one collector thread a JVM and no tables for others: least memory with eight JVMs side by
    // side
    return new JavaCommand(maximum).option("-XX:+UseSerialGC");
  }

  /**
   * A small JVM that is one of several to start at once. It has the quick compiler only, which
   * takes less time and memory.
   */
  public static JavaCommand quickToStart(String maximum) {
    return withHeap(maximum).option("-XX:TieredStopAtLevel=1");
  }

  /**
   * A JVM that has the memory to stop seldom and briefly: new objects fill a gigabyte before they
   * are collected, what survives twice isn't copied again, and huge pages spare page table walks.
   * Compilers leave the processor to whoever needs it; lowering a priority takes no rights.
   */
  public static JavaCommand withShortPauses() {
    return new JavaCommand("1500m")
        .option("-Xms1500m")
        .option("-Xmn1200m")
        .option("-XX:+UseSerialGC")
        .option("-XX:MaxTenuringThreshold=2")
        .option("-XX:+UseCompactObjectHeaders")
        .option("-XX:+UseTransparentHugePages")
        .option("-XX:+AlwaysPreTouch")
        .option("-XX:ThreadPriorityPolicy=1")
        .option("-XX:CompilerThreadPriority=19");
  }

  public JavaCommand option(String option) {
    words.add(option);
    return this;
  }

  /** Jars, and the ahead-of-time cache that was made of them, if there is one. Comes last. */
  public JavaCommand classPath(String jars) {
    Checkout.lookFor()
        .map(checkout -> AotCache.of(AotCache.folder(checkout), jars, words).options())
        .ifPresent(words::addAll);
    return option("-cp").option(jars);
  }

  public List<String> run(String... program) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(program));
    return List.copyOf(all);
  }
}
