package dev.attune.core.scoring;

import java.io.IOException;

/**
 * Who holds it does alone, of all that use a registry, what it is named for: until it is closed, or
 * a while after its process has ended.
 */
public interface ModelLease extends AutoCloseable {
  @Override
  void close() throws IOException;
}
