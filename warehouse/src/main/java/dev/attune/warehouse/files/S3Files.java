package dev.attune.warehouse.files;

import dev.attune.modelstore.S3Clients;
import dev.attune.modelstore.S3Place;
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
  private static final String STATE = "_export.json";
  private static final String LOCK = "_export.lock";

  /** A run that was killed leaves its lock behind. */
  private static final Duration LOCK_EXPIRES = Duration.ofHours(6);

  private static final List<Integer> NOT_FIRST = List.of(412, 409);

  private final S3Client client;
  private final S3Place place;
  private final String bucket;
  private final String prefix;

  private S3Files(S3Client client, S3Place place) {
    this.client = client;
    this.place = place;
    this.bucket = place.bucket();
    this.prefix = place.prefix().isEmpty() ? "" : place.prefix() + "/";
  }

  static S3Files of(String location, @Nullable URI endpoint) {
    S3Place place = S3Place.of(location, "an export");
    return new S3Files(S3Clients.create(endpoint), place);
  }

  @Override
  public String place() {
    return place.toString();
  }

  @Override
  public List<DayFile> list(Table table) throws IOException {
    return place.call(
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
      throw place.failed(e);
    }
  }

  @Override
  public void replace(DayFile file, Path finished) throws IOException {
    var unused =
        place.call(
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
        place.call(() -> client.deleteObject(request -> request.bucket(bucket).key(prefix + name)));
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
      throw place.failed(e);
    }
  }

  @Override
  public void replaceState(byte[] state) throws IOException {
    var unused =
        place.call(
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
      throw place.failed(e);
    } catch (SdkException e) {
      throw place.failed(e);
    }
    return () -> deleteKey(LOCK);
  }

  private void removeExpiredLock() throws IOException {
    boolean expired =
        place.call(
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
}
