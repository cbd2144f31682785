package dev.attune.bench.http;

import java.nio.ByteBuffer;

/** Makes the requests of a load. */
@FunctionalInterface
public interface Requests {
  /** Puts the bytes of request number {@code n}, head and body, into a cleared buffer. */
  void write(long n, ByteBuffer into);

  /** Told right before request number {@code n} leaves, with the moment by which it is timed. */
  default void leaving(long n, long sinceNanos) {}
}
