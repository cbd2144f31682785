package dev.attune.modelstore;

import java.io.IOException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Where things are in a storage of S3's kind.
 *
 * @param prefix without a slash at its ends; empty: the whole bucket
 */
public record S3Place(String bucket, String prefix) {
  private static final String SCHEME = "s3://";

  /** Whether a configured place is meant to be a bucket, and no folder. */
  public static boolean is(String location) {
    return location.startsWith(SCHEME);
  }

  /**
   * Of {@code s3://bucket/prefix}.
   *
   * @param what is there, for people, such as {@code a registry}
   * @throws IllegalArgumentException when it names no bucket
   */
  public static S3Place of(String location, String what) {
    String path = location.substring(SCHEME.length());
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException(
          "%s names no bucket; %s is at s3://bucket/prefix".formatted(location, what));
    }
    return new S3Place(bucket, slash < 0 ? "" : path.substring(slash + 1).replaceAll("/+$", ""));
  }

  /** A place within this one. */
  public S3Place resolve(String name) {
    return new S3Place(bucket, prefix.isEmpty() ? name : prefix + "/" + name);
  }

  /** What may be asked of the storage. */
  public interface Call<T> {
    T run() throws IOException;
  }

  /** Asks, and says in one sentence which place does not answer. */
  public <T> T call(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (SdkException e) {
      throw failed(e);
    }
  }

  public IOException failed(SdkException e) {
    return new IOException(this + " does not answer as it should: " + e.getMessage(), e);
  }

  /** As it is configured. */
  @Override
  public String toString() {
    return SCHEME + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
