package dev.attune.local.stack;

import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The application id that feature-streams runs as in this stack. A backfill makes a new one, which
 * takes the place of its predecessor.
 *
 * @param predecessor empty before the first backfill
 */
public record StreamsApplicationId(String applicationId, String predecessor) {
  /** As the service's own settings have it. */
  private static final StreamsApplicationId FIRST =
      new StreamsApplicationId("attune-feature-streams", "");

  public static StreamsApplicationId of(Path home) {
    Path file = file(home);
    if (!Files.exists(file)) {
      return FIRST;
    }
    try {
      List<String> lines = Files.readAllLines(file);
      return new StreamsApplicationId(lines.get(0), lines.get(1));
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new ServerException("%s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Who would take this one's place: named after the features, so that a backfill that was cut off
   * goes on where it was.
   */
  public StreamsApplicationId successor(String featureSetId) {
    String name =
        "attune-features-" + featureSetId.substring(0, Math.min(12, featureSetId.length()));
    String next = applicationId.equals(name) ? name + "-again" : name;
    return new StreamsApplicationId(next, applicationId);
  }

  public void write(Path home) {
    try {
      Files.createDirectories(file(home).getParent());
      Path part = Files.createTempFile(file(home).getParent(), "application", ".part");
      Files.write(part, List.of(applicationId, predecessor));
      Files.move(part, file(home), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ServerException("%s can't be written.".formatted(file(home)), e);
    }
  }

  private static Path file(Path home) {
    return home.toAbsolutePath().resolve(Part.STREAMS.id()).resolve("application");
  }

  /** What the service is told; nothing before the first backfill. */
  Map<String, String> environment(boolean publish) {
    return predecessor.isEmpty()
        ? Map.of()
        : Map.of(
            "ATTUNE_STREAMS_APPLICATION_ID", applicationId,
            "ATTUNE_BACKFILL_OF", predecessor,
            "ATTUNE_BACKFILL_PUBLISH", Boolean.toString(publish));
  }
}
