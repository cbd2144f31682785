package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsApplicationIdTest {
  @TempDir private Path home;

  @Test
  void tellsTheServiceNothingBeforeTheFirstBackfill() {
    assertThat(StreamsApplicationId.of(home).environment(true)).isEmpty();
  }

  @Test
  void survivesTheCommandLine() {
    StreamsApplicationId next = StreamsApplicationId.of(home).successor("0123456789abcdef");

    next.write(home);

    assertThat(StreamsApplicationId.of(home)).isEqualTo(next);
    assertThat(next.environment(true))
        .isEqualTo(
            Map.of(
                "ATTUNE_STREAMS_APPLICATION_ID", "attune-features-0123456789ab",
                "ATTUNE_BACKFILL_OF", "attune-feature-streams",
                "ATTUNE_BACKFILL_PUBLISH", "true"));
  }

  @Test
  void theSameFeaturesAgainAreAnotherApplication() {
    StreamsApplicationId first = StreamsApplicationId.of(home).successor("abc");
    StreamsApplicationId second = first.successor("abc");

    assertThat(second.applicationId()).isNotEqualTo(first.applicationId());
    assertThat(second.predecessor()).isEqualTo(first.applicationId());
    assertThat(second.successor("abc").applicationId()).isEqualTo(first.applicationId());
  }

  @Test
  void refusesAFileThatWasCutOff() throws IOException {
    Files.createDirectories(home.resolve("streams"));
    Files.writeString(home.resolve("streams/application"), "attune-features-1");

    assertThatThrownBy(() -> StreamsApplicationId.of(home))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("application");
  }
}
