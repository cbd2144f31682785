package dev.attune.local.stack;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.AotCache;
import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The caches that a checkout's stacks start from.
 *
 * @param folder where they are
 */
public record CheckoutCaches(Path folder) implements CacheTarget {
  public static CheckoutCaches of(Checkout checkout) {
    return new CheckoutCaches(AotCache.folder(checkout));
  }

  /** Processes that started from one keep it. */
  @Override
  public void clear() throws IOException {
    Folders.delete(folder);
    Files.createDirectories(folder);
  }

  @Override
  public Optional<CachedJvm> of(Part part, List<String> command) {
    return AotCache.serves(command)
        ? Optional.of(new CachedJvm(AotCache.of(folder, command), command))
        : Optional.empty();
  }
}
