package dev.attune.warehouse.files;

import dev.attune.modelstore.S3Clients;
import dev.attune.modelstore.S3Lease;
import dev.attune.modelstore.S3Place;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of S3 or a compatible storage. Before each write a run asks whether it still has its
 * lock, which another one may have taken if it stood still for longer than {@link S3Lease#EXPIRES}.
 */
final class S3Files implements WarehouseFiles {
  private static final String STATE = "_export.json";
  private static final String LOCK = "_export.lock";

  private final S3Client client;
  private final S3Place place;
  private final String bucket;
  private final String prefix;

  /** Null before the run has its lock. */
  private volatile @Nullable S3Lease lease;

  S3Files(S3Client client, S3Place place) {
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
    checkLock();
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
    checkLock();
    var unused =
        place.call(
            () -> client.deleteObject(request -> request.bucket(bucket).key(prefix + file.path())));
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
    checkLock();
    var unused =
        place.call(
            () ->
                client.putObject(
                    request -> request.bucket(bucket).key(prefix + STATE),
                    RequestBody.fromBytes(state)));
  }

  @Override
  public Lock lock() throws IOException {
    S3Lease taken =
        S3Lease.take(client, place, prefix + LOCK)
            .orElseThrow(
                () ->
                    new IOException(
                        "Another export is writing to %s; if it was killed, its lock ends after %d minutes."
                            .formatted(place(), S3Lease.EXPIRES.toMinutes())));
    lease = taken;
    return taken::close;
  }

  private void checkLock() throws IOException {
    S3Lease mine = lease;
    if (mine != null && !mine.isHeld()) {
      throw new IOException(
          "This export has lost its lock on %s, which another one may have now."
              .formatted(place()));
    }
  }
}
