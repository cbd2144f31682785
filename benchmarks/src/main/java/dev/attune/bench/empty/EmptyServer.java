package dev.attune.bench.empty;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.server.BenchServer;
import java.nio.file.Path;

/** The empty handler as a process, which only here has Spring on its class path. */
public final class EmptyServer {
  private EmptyServer() {}

  public static BenchServer start(BenchmarkRun bench, Path folder) {
    return BenchServer.program(
        "empty-handler",
        bench.checkout().classPath("benchmarks"),
        EmptyHandler.class.getName(),
        "--spring.config.location=classpath:empty-handler.yaml",
        folder);
  }
}
