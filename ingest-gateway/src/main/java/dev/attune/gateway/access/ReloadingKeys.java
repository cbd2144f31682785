package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import dev.attune.http.BrowserOrigins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The keys of the moment: those of the configuration and those of the keys file, which is looked at
 * again at most every {@code keys-reload}. A file that turned bad changes nothing but the log, so a
 * typing error locks nobody out.
 */
@Component
final class ReloadingKeys implements BrowserOrigins {
  private static final Logger log = LoggerFactory.getLogger(ReloadingKeys.class);

  private final AccessSettings settings;
  private final ReentrantLock reloading = new ReentrantLock();
  private final AtomicLong nextLook = new AtomicLong();
  private volatile KeyRing ring;
  private volatile @Nullable FileTime read;

  @Autowired
  ReloadingKeys(AccessSettings settings) throws IOException {
    this.settings = settings;
    Path file = settings.keysFile();
    this.read = file == null ? null : Files.getLastModifiedTime(file);
    this.ring = load(file);
    this.nextLook.set(System.nanoTime() + settings.keysReload().toNanos());
  }

  KeyRing ring() {
    Path file = settings.keysFile();
    if (file != null && System.nanoTime() - nextLook.get() >= 0 && reloading.tryLock()) {
      try {
        reload(file);
      } finally {
        nextLook.set(System.nanoTime() + settings.keysReload().toNanos());
        reloading.unlock();
      }
    }
    return ring;
  }

  @Override
  public boolean allow(String origin) {
    return ring().allow(origin);
  }

  private void reload(Path file) {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      if (!modified.equals(read)) {
        read = modified;
        ring = load(file);
        log.info("Keys read again: {} known", ring.keys().size());
      }
    } catch (IOException | IllegalArgumentException e) {
      log.error("The keys file is not usable, the keys before stay valid: {}", e.getMessage());
    }
  }

  private KeyRing load(@Nullable Path file) throws IOException {
    List<AccessKey> all = new ArrayList<>(settings.keys());
    if (file != null) {
      all.addAll(KeysFile.read(file));
    }
    return new KeyRing(all);
  }
}
