package dev.attune.cli.report;

/** Where something was measured; figures of different machines do not compare. */
public record Machine(String os, int processors, String java) {
  public static Machine here() {
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString());
  }

  @Override
  public String toString() {
    return "%s, %d processors, Java %s".formatted(os, processors, java);
  }
}
