package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a loss of power must not take, by what the JVM forces to the disk. */
class FolderStorageTest {
  @TempDir private Path home;

  @Test
  void aVersionAndTheStateAreOnTheDiskBeforeTheyAreInTheirPlace() throws Exception {
    Path root = home.resolve("shop");
    ModelRegistry registry = new ModelRegistry(root);
    Path staged = registry.stage();
    Bundles.write(staged, "1", Bundles.FEATURES);

    List<String> forced =
        forced(
            () -> {
              var unused = registry.publish(staged, "1");
              registry.promote("1");
            });

    assertThat(forced)
        .contains(
            staged.resolve(BundleFiles.MODEL).toString(),
            staged.resolve(BundleFiles.MANIFEST).toString())
        .endsWith(
            staged.toString(),
            root.toString(),
            root.resolve(".live-next.json").toString(),
            root.toString());
  }

  private interface Change {
    void run() throws Exception;
  }

  /** The paths in the order of time. */
  private List<String> forced(Change change) throws Exception {
    Path file = home.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
      recording.start();
      change.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .sorted(java.util.Comparator.comparing(RecordedEvent::getStartTime))
        .map(event -> event.getString("path"))
        .filter(path -> path.startsWith(home.toString()))
        .toList();
  }
}
