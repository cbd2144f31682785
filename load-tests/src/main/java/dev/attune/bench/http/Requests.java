package dev.attune.bench.http;

import java.nio.ByteBuffer;

/** Makes the requests of a load. */
@FunctionalInterface
public interface Requests {
  /** Puts the bytes of request number {@code n}, head and body, into a cleared buffer. */
  void write(long n, ByteBuffer into);
}
