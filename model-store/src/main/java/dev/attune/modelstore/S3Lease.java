package dev.attune.modelstore;

import dev.attune.core.scoring.ModelLease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object that tells who holds the lease and when it was renewed: {@code <holder> <epoch ms>}. It
 * is written where nothing is, or over exactly what was read ({@code If-Match} on its ETag), so of
 * two who find an expired lease the storage lets one have it. Holders' clocks may differ by less
 * than {@link #EXPIRES}.
 */
public final class S3Lease implements ModelLease {
  /** So long a lease outlives a holder that was killed. */
  public static final Duration EXPIRES = Duration.ofMinutes(10);

  /** A few lost renewals end no lease. */
  private static final Duration RENEWED = EXPIRES.dividedBy(10);

  /** Another was first: before this write, or at the same time. */
  private static final List<Integer> NOT_FIRST = List.of(412, 409);

  private final S3Client client;
  private final S3Place place;
  private final String key;
  private final InstantSource clock;
  private final String holder = UUID.randomUUID().toString();
  private @Nullable Thread renewal;

  private S3Lease(S3Client client, S3Place place, String key, InstantSource clock) {
    this.client = client;
    this.place = place;
    this.key = key;
    this.clock = clock;
  }

  /**
   * Takes it by the system's clock and has it renewed until it is closed or lost; empty when
   * somebody holds it.
   *
   * @param key within the bucket
   */
  public static Optional<S3Lease> take(S3Client client, S3Place place, String key)
      throws IOException {
    Optional<S3Lease> taken = take(client, place, key, InstantSource.system());
    taken.ifPresent(S3Lease::startRenewals);
    return taken;
  }

  /** The same without renewals. */
  static Optional<S3Lease> take(S3Client client, S3Place place, String key, InstantSource clock)
      throws IOException {
    var lease = new S3Lease(client, place, key, clock);
    ResponseBytes<GetObjectResponse> held = lease.read();
    if (held != null && !lease.isExpired(held.asUtf8String())) {
      return Optional.empty();
    }
    return lease.write(held == null ? null : held.response().eTag())
        ? Optional.of(lease)
        : Optional.empty();
  }

  private boolean isExpired(String text) {
    try {
      long renewed = Long.parseLong(text.substring(text.indexOf(' ') + 1));
      return Instant.ofEpochMilli(renewed).plus(EXPIRES).isBefore(clock.instant());
    } catch (NumberFormatException e) {
      return true; // nobody's
    }
  }

  private void startRenewals() {
    renewal = Thread.ofVirtual().name("lease").start(this::renewUntilClosed);
  }

  private void renewUntilClosed() {
    try {
      do {
        Thread.sleep(RENEWED);
      } while (renew());
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** False when another has it. What can't be asked now is asked again. */
  boolean renew() {
    try {
      ResponseBytes<GetObjectResponse> held = read();
      return held != null && isMine(held) && write(held.response().eTag());
    } catch (IOException e) {
      return true;
    }
  }

  /** Asks the storage whether nobody has taken it since. */
  public boolean isHeld() throws IOException {
    ResponseBytes<GetObjectResponse> held = read();
    return held != null && isMine(held);
  }

  private boolean isMine(ResponseBytes<GetObjectResponse> held) {
    return held.asUtf8String().startsWith(holder);
  }

  private @Nullable ResponseBytes<GetObjectResponse> read() throws IOException {
    try {
      return client.getObjectAsBytes(request -> request.bucket(place.bucket()).key(key));
    } catch (NoSuchKeyException e) {
      return null;
    } catch (SdkException e) {
      throw place.failed(e);
    }
  }

  /** Over what has the tag, or where nothing is; whether it is mine now. */
  private boolean write(@Nullable String tag) throws IOException {
    byte[] text = (holder + " " + clock.millis()).getBytes(StandardCharsets.UTF_8);
    try {
      var unused =
          client.putObject(
              request -> {
                request.bucket(place.bucket()).key(key);
                if (tag == null) {
                  request.ifNoneMatch("*");
                } else {
                  request.ifMatch(tag);
                }
              },
              RequestBody.fromBytes(text));
      return true;
    } catch (S3Exception e) {
      if (!NOT_FIRST.contains(e.statusCode())) {
        throw place.failed(e);
      }
      // the client tries again when an answer is lost: the first write may be mine
      return isHeld();
    } catch (SdkException e) {
      throw place.failed(e);
    }
  }

  /** Leaves it to others, if it is still held. */
  @Override
  public void close() throws IOException {
    if (renewal != null) {
      renewal.interrupt();
    }
    if (isHeld()) {
      var unused = place.call(() -> client.deleteObject(r -> r.bucket(place.bucket()).key(key)));
    }
  }
}
