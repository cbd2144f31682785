package dev.attune.modelstore;

import dev.attune.core.files.Folders;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelLease;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelStorage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A bucket of S3 or a compatible storage: {@code <root>/<version>/<file>}, and {@code
 * <root>/live.json}.
 *
 * <p>A version exists once its manifest does, which is written last and only where none is; the
 * manifest has every file's SHA-256, and what doesn't match is never taken into the cache. Until
 * then its publisher has a lease on it. The state is replaced by one conditional write ({@code
 * If-Match} on its ETag), so the storage itself decides who was first.
 */
final class S3Storage implements ModelStorage {
  private static final String STATE = "live.json";

  /** In a version's folder, while it is published. */
  private static final String PUBLISHING = "publishing.lock";

  private static final int NOT_FOUND = 404;

  /** Another writer was first: before this write, or at the same time. */
  private static final List<Integer> NOT_FIRST = List.of(412, 409);

  private final S3Client client;
  private final S3Place place;
  private final String bucket;
  private final String root;
  private final Path cache;
  private final Set<String> checked = ConcurrentHashMap.newKeySet();

  S3Storage(S3Client client, S3Place place, Path cache) {
    this.client = client;
    this.place = place;
    this.bucket = place.bucket();
    this.root = place.prefix();
    this.cache = cache;
  }

  @Override
  public String place() {
    return place.toString();
  }

  @Override
  public List<String> versions() throws IOException {
    return place.call(
        () ->
            client
                .listObjectsV2Paginator(
                    request -> request.bucket(bucket).prefix(root + "/").delimiter("/"))
                .commonPrefixes()
                .stream()
                .map(CommonPrefix::prefix)
                .map(prefix -> prefix.substring(root.length() + 1, prefix.length() - 1))
                .filter(version -> exists(key(version, BundleFiles.MANIFEST)))
                .toList());
  }

  private boolean exists(String key) {
    try {
      var unused = client.headObject(request -> request.bucket(bucket).key(key));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Path fetch(String version) throws IOException {
    Path dir = cache.resolve(version);
    if (isWhole(version, dir)) {
      return dir;
    }
    Folders.delete(dir);
    return place.call(() -> download(version));
  }

  /** Asked once of each version: whoever cleans temporary folders may have taken a file. */
  private boolean isWhole(String version, Path dir) {
    if (!Files.exists(dir.resolve(BundleFiles.MANIFEST))) {
      return false;
    }
    if (checked.contains(version)) {
      return true;
    }
    try {
      BundleFiles.verify(dir, BundleFiles.manifest(dir));
      checked.add(version);
      return true;
    } catch (ModelException e) {
      return false;
    }
  }

  private Path download(String version) throws IOException {
    Path dir = stage();
    try {
      download(version, BundleFiles.MANIFEST, dir);
      ModelManifest manifest = BundleFiles.manifest(dir);
      for (String file : manifest.checksums().keySet()) {
        download(version, BundleFiles.checkedName(file), dir);
      }
      if (exists(key(version, BundleFiles.SIGNATURE))) {
        download(version, BundleFiles.SIGNATURE, dir);
      }
      BundleFiles.verify(dir, manifest);
      return cached(dir, version);
    } catch (ModelException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      Folders.delete(dir);
    }
  }

  private void download(String version, String file, Path dir) throws IOException {
    String key = key(version, file);
    try {
      var unused = client.getObject(request -> request.bucket(bucket).key(key), dir.resolve(file));
    } catch (NoSuchKeyException e) {
      throw new NoSuchFileException(key);
    }
  }

  /** Of two who fetched the same, either copy will do. */
  private Path cached(Path dir, String version) throws IOException {
    Path target = cache.resolve(version);
    try {
      return Files.move(dir, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (Files.exists(target.resolve(BundleFiles.MANIFEST))) {
        return target;
      }
      throw e;
    }
  }

  @Override
  public Path stage() throws IOException {
    Files.createDirectories(cache);
    return Files.createTempDirectory(cache, ".staging-");
  }

  @Override
  public void publish(Path staged, String version) throws IOException {
    try {
      S3Lease alone =
          S3Lease.take(client, place, key(version, PUBLISHING))
              .orElseThrow(() -> beingMade(version));
      try {
        publish(staged, version, alone);
      } finally {
        leave(alone);
      }
    } finally {
      Folders.delete(staged);
    }
  }

  /** Who has the lease is alone: another's files would get the same keys. */
  private void publish(Path staged, String version, S3Lease alone) throws IOException {
    if (place.call(() -> exists(key(version, BundleFiles.MANIFEST)))) {
      throw new FileAlreadyExistsException(key(version, BundleFiles.MANIFEST));
    }
    try (Stream<Path> files = Files.list(staged)) {
      for (Path file : files.filter(S3Storage::isNoManifest).toList()) {
        if (!alone.isHeld()) {
          throw beingMade(version);
        }
        String key = key(version, file.getFileName().toString());
        var unused =
            place.call(
                () ->
                    client.putObject(
                        request -> request.bucket(bucket).key(key), RequestBody.fromFile(file)));
      }
    }
    byte[] manifest = Files.readAllBytes(staged.resolve(BundleFiles.MANIFEST));
    if (!put(key(version, BundleFiles.MANIFEST), manifest, null)) {
      throw new FileAlreadyExistsException(key(version, BundleFiles.MANIFEST));
    }
  }

  private FileAlreadyExistsException beingMade(String version) {
    return new FileAlreadyExistsException(
        key(version, BundleFiles.MANIFEST),
        null,
        "is being published by another process; if that was killed, it can be published again after %d minutes"
            .formatted(S3Lease.EXPIRES.toMinutes()));
  }

  /** One that can't be deleted now, or may not be, expires. */
  private static void leave(S3Lease lease) {
    try {
      lease.close();
    } catch (IOException e) {
      // the version is published or not, whatever becomes of it
    }
  }

  private static boolean isNoManifest(Path file) {
    return !file.getFileName().toString().equals(BundleFiles.MANIFEST);
  }

  /**
   * Writes where nothing is, or over what has the tag; false when that is no longer so.
   *
   * <p>The client tries again when an answer is lost. So a refusal may be that of its own second
   * attempt, and a broken connection may hide either answer: what is there now tells.
   */
  private boolean put(String key, byte[] bytes, @Nullable String tag) throws IOException {
    try {
      var unused =
          client.putObject(
              request -> {
                request.bucket(bucket).key(key);
                if (tag == null) {
                  request.ifNoneMatch("*");
                } else {
                  request.ifMatch(tag);
                }
              },
              RequestBody.fromBytes(bytes));
      return true;
    } catch (S3Exception e) {
      if (NOT_FIRST.contains(e.statusCode())) {
        ResponseBytes<GetObjectResponse> now = read(key);
        return now != null && Arrays.equals(now.asByteArray(), bytes);
      }
      throw place.failed(e);
    } catch (SdkException e) {
      ResponseBytes<GetObjectResponse> now = read(key);
      if (Objects.equals(tag, now == null ? null : now.response().eTag())) {
        throw place.failed(e);
      }
      return now != null && Arrays.equals(now.asByteArray(), bytes);
    }
  }

  @Override
  public byte @Nullable [] state() throws IOException {
    ResponseBytes<GetObjectResponse> state = read(root + "/" + STATE);
    return state == null ? null : state.asByteArray();
  }

  private @Nullable ResponseBytes<GetObjectResponse> read(String key) throws IOException {
    try {
      return client.getObjectAsBytes(request -> request.bucket(bucket).key(key));
    } catch (NoSuchKeyException e) {
      return null;
    } catch (SdkException e) {
      throw place.failed(e);
    }
  }

  @Override
  public boolean replaceState(byte @Nullable [] expected, byte[] next) throws IOException {
    ResponseBytes<GetObjectResponse> now = read(root + "/" + STATE);
    if (!Arrays.equals(expected, now == null ? null : now.asByteArray())) {
      return false;
    }
    return put(root + "/" + STATE, next, now == null ? null : now.response().eTag());
  }

  @Override
  public Optional<ModelLease> lease(String name) throws IOException {
    return S3Lease.take(client, place, root + "/" + name + ".lock").map(ModelLease.class::cast);
  }

  private String key(String version, String file) {
    return root + "/" + version + "/" + file;
  }
}
