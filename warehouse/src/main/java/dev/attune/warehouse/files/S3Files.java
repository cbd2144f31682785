package dev.attune.warehouse.files;

import dev.attune.modelstore.S3Clients;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket of S3 or a compatible storage. */
final class S3Files implements WarehouseFiles {
  static final String SCHEME = "s3://";
  private static final String STATE = "_export.json";
  private static final String LOCK = "_export.lock";

  /** A run that was killed leaves its lock behind. */
  private static final Duration LOCK_EXPIRES = Duration.ofHours(6);

  private static final List<Integer> NOT_FIRST = List.of(412, 409);

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  private S3Files(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  static S3Files of(String place, @Nullable URI endpoint) {
    String path = place.substring(SCHEME.length()).replaceAll("/+$", "");
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException(place + " names no bucket: s3://bucket/prefix");
    }
    String prefix = slash < 0 ? "" : path.substring(slash + 1) + "/";
    return new S3Files(S3Clients.create(endpoint), bucket, prefix);
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  @Override
  public String place() {
    return SCHEME + bucket + "/" + prefix;
  }

  @Override
  public List<DayFile> list(Table table) throws IOException {
    return call(
        () ->
            client
                .listObjectsV2Paginator(
                    request -> request.bucket(bucket).prefix(prefix + table.folder() + "/"))
                .contents()
                .stream()
                .map(S3Object::key)
                .map(key -> DayFile.of(key.substring(prefix.length())))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(DayFile::day).thenComparing(DayFile::partition))
                .toList());
  }

  @Override
  public @Nullable Path fetch(DayFile file, Path copies) throws IOException {
    Path copy = copies.resolve(file.path().replace('/', '-'));
    Files.deleteIfExists(copy);
    try {
      var unused =
          client.getObject(request -> request.bucket(bucket).key(prefix + file.path()), copy);
      return copy;
    } catch (NoSuchKeyException e) {
      return null;
    } catch (SdkException e) {
      throw failed(e);
    }
  }

  @Override
  public void replace(DayFile file, Path finished) throws IOException {
    var unused =
        call(
            () ->
                client.putObject(
                    request -> request.bucket(bucket).key(prefix + file.path()),
                    RequestBody.fromFile(finished)));
    Files.delete(finished);
  }

  @Override
  public void delete(DayFile file) throws IOException {
    deleteKey(file.path());
  }

  private void deleteKey(String name) throws IOException {
    var unused =
        call(() -> client.deleteObject(request -> request.bucket(bucket).key(prefix + name)));
  }

  @Override
  public byte @Nullable [] state() throws IOException {
    try {
      return client
          .getObjectAsBytes(request -> request.bucket(bucket).key(prefix + STATE))
          .asByteArray();
    } catch (NoSuchKeyException e) {
      return null;
    } catch (SdkException e) {
      throw failed(e);
    }
  }

  @Override
  public void replaceState(byte[] state) throws IOException {
    var unused =
        call(
            () ->
                client.putObject(
                    request -> request.bucket(bucket).key(prefix + STATE),
                    RequestBody.fromBytes(state)));
  }

  @Override
  public Lock lock() throws IOException {
    removeExpiredLock();
    try {
      var unused =
          client.putObject(
              request -> request.bucket(bucket).key(prefix + LOCK).ifNoneMatch("*"),
              RequestBody.empty());
    } catch (S3Exception e) {
      if (NOT_FIRST.contains(e.statusCode())) {
        throw new IOException(
            "Another export is writing to %s; if it was killed, delete %s there or wait until it is %d hours old."
                .formatted(place(), LOCK, LOCK_EXPIRES.toHours()));
      }
      throw failed(e);
    } catch (SdkException e) {
      throw failed(e);
    }
    return () -> deleteKey(LOCK);
  }

  private void removeExpiredLock() throws IOException {
    boolean expired =
        call(
            () -> {
              try {
                HeadObjectResponse lock =
                    client.headObject(request -> request.bucket(bucket).key(prefix + LOCK));
                return lock.lastModified().plus(LOCK_EXPIRES).isBefore(Instant.now());
              } catch (NoSuchKeyException e) {
                return false;
              }
            });
    if (expired) {
      deleteKey(LOCK);
    }
  }

  private <T> T call(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (SdkException e) {
      throw failed(e);
    }
  }

  private IOException failed(SdkException e) {
    return new IOException(place() + " does not answer as it should: " + e.getMessage(), e);
  }
}
