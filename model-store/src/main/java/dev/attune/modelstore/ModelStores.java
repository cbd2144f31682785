package dev.attune.modelstore;

import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.ModelRegistry;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Registries by their configured place. */
public final class ModelStores {
  private ModelStores() {}

  /**
   * A playbook's registry.
   *
   * @param location a folder, or {@code s3://bucket/prefix}
   * @param playbook its name: the folder or prefix in there
   * @param endpoint of a storage that is not Amazon's; null or empty: Amazon's
   * @param keys sign what is published, and say whose versions are believed
   * @throws IllegalArgumentException when the location names no bucket
   */
  public static ModelRegistry registry(
      String location, String playbook, @Nullable String endpoint, BundleKeys keys) {
    if (!S3Place.is(location)) {
      return new ModelRegistry(Path.of(location).resolve(playbook), keys);
    }
    URI server = endpoint == null || endpoint.isBlank() ? null : URI.create(endpoint);
    return new ModelRegistry(storage(location, playbook, server, cache()), keys);
  }

  static S3Storage storage(
      String location, String playbook, @Nullable URI endpoint, Path cacheRoot) {
    S3Place place = S3Place.of(location, "a registry").resolve(playbook);
    // another server's bucket may have the same name, and versions are dates
    String server = endpoint == null ? "aws" : endpoint.getAuthority().replaceAll("[^\\w.-]", "_");
    Path cache = cacheRoot.resolve(server).resolve(place.bucket()).resolve(place.prefix());
    return new S3Storage(S3Clients.create(endpoint), place, cache);
  }

  /** Bundles never change, so what was fetched once serves the next start too. */
  private static Path cache() {
    return Path.of(System.getProperty("java.io.tmpdir"), "attune-models");
  }
}
