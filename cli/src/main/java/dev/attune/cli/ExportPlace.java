package dev.attune.cli;

import dev.attune.local.stack.AttuneFolders;
import dev.attune.modelstore.S3Place;
import dev.attune.training.UserFault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the export is, by the environment. */
final class ExportPlace {
  private ExportPlace() {}

  /** What was asked for, else {@code ATTUNE_EXPORT}, else a folder of the stack. */
  static String of(@Nullable String asked) {
    return asked != null ? asked : of(System.getenv());
  }

  static String of(Map<String, String> environment) {
    String place = environment.getOrDefault("ATTUNE_EXPORT", "");
    return place.isBlank()
        ? AttuneFolders.fromEnvironment(environment).home().resolve("export").toString()
        : place;
  }

  /** Whether a place is the environment's, and no second one. */
  static boolean isConfigured(String place, Map<String, String> environment) {
    return same(place).equals(same(of(environment)));
  }

  /** One spelling of a place. */
  private static String same(String place) {
    return S3Place.is(place)
        ? S3Place.of(place, "an export").toString()
        : Path.of(place).toAbsolutePath().normalize().toString();
  }

  /** Of a storage that is not Amazon's; null: Amazon's. */
  static @Nullable URI endpoint() {
    String endpoint = System.getenv("ATTUNE_S3_ENDPOINT");
    return endpoint == null || endpoint.isBlank() ? null : URI.create(endpoint);
  }

  /** Of the topics, as the services have it. */
  static int epoch() {
    String epoch = System.getenv("ATTUNE_EPOCH");
    try {
      return epoch == null || epoch.isBlank() ? 0 : Integer.parseInt(epoch.strip());
    } catch (NumberFormatException e) {
      throw new UserFault("ATTUNE_EPOCH is no number: " + epoch, e);
    }
  }
}
