package dev.attune.training.events;

import dev.attune.modelstore.S3Place;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where past events are.
 *
 * @param place a file of lines in the ingest format, gzip or not; or what {@code ./attune export}
 *     fills: a folder, or {@code s3://bucket/prefix}
 * @param endpoint of a storage that is not Amazon's; null: Amazon's
 */
public record EventSource(String place, @Nullable URI endpoint) {
  /** A file or a folder. */
  public static EventSource of(Path path) {
    return new EventSource(path.toString(), null);
  }

  boolean isExport() {
    return S3Place.is(place) || Files.isDirectory(Path.of(place));
  }
}
