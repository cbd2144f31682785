package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @Test
  void putsNoSimulatedModelIntoABucket(@TempDir Path home) throws Exception {
    // whatever else happens, no stack starts
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Attune.class.getName(),
                  "demo")
              .redirectErrorStream(true);
      builder.environment().put("ATTUNE_HOME", home.resolve("stack").toString());
      builder.environment().put("ATTUNE_MODELS_DIR", "s3://shared/models");
      builder.environment().put("ATTUNE_KAFKA_PORT", Integer.toString(taken.getLocalPort()));
      Process demo = builder.start();
      try (var printed = demo.inputReader()) {
        String said = printed.readAllAsString();

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(said).isNotZero();
        assertThat(said).contains("ATTUNE_MODELS_DIR names a bucket");
        assertThat(home.resolve("stack")).doesNotExist();
      } finally {
        demo.destroyForcibly();
      }
    }
  }
}
