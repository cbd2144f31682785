package dev.attune.modelstore;

import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.ModelRegistry;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Registries by their configured place. */
public final class ModelStores {
  private static final String S3 = "s3://";

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
    if (!location.startsWith(S3)) {
      return new ModelRegistry(Path.of(location).resolve(playbook), keys);
    }
    URI server = endpoint == null || endpoint.isBlank() ? null : URI.create(endpoint);
    return new ModelRegistry(storage(location, playbook, server, cache()), keys);
  }

  static S3Storage storage(
      String location, String playbook, @Nullable URI endpoint, Path cacheRoot) {
    String path = location.substring(S3.length());
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    String prefix = slash < 0 ? "" : path.substring(slash + 1).replaceAll("/+$", "");
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException(
          "%s names no bucket; a registry is at s3://bucket/prefix".formatted(location));
    }
    String root = (prefix.isEmpty() ? "" : prefix + "/") + playbook;
    Path cache = cacheRoot.resolve(bucket).resolve(root);
    return new S3Storage(S3Clients.create(endpoint), bucket, root, cache);
  }

  /** Bundles never change, so what was fetched once serves the next start too. */
  private static Path cache() {
    return Path.of(System.getProperty("java.io.tmpdir"), "attune-models");
  }
}
