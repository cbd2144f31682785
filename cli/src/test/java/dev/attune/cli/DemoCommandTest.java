package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @Test
  void putsNoSimulatedModelIntoABucket(@TempDir Path home) throws Exception {
    // whatever else happens, no stack starts
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ran demo =
          Ran.apart(
              Map.of(
                  "ATTUNE_HOME", home.resolve("stack").toString(),
                  "ATTUNE_MODELS_DIR", "s3://shared/models",
                  "ATTUNE_KAFKA_PORT", Integer.toString(taken.getLocalPort())),
              "demo");

      assertThat(demo.code()).as(demo.out()).isNotZero();
      assertThat(demo.out()).contains("ATTUNE_MODELS_DIR names a bucket");
      assertThat(home.resolve("stack")).doesNotExist();
    }
  }
}
