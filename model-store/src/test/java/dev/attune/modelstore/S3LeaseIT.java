package dev.attune.modelstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.ModelLease;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.StorageServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Leases in a bucket, on a real server. */
class S3LeaseIT {
  private static final String BUCKET = "models";
  private static final String KEY = "support/retrain.lock";

  @TempDir private Path dir;
  private StorageServer server;
  private S3Client client;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @BeforeEach
  void start() throws Exception {
    server = new StorageServer(Files.createDirectory(dir.resolve("buckets")), BUCKET);
    client = S3Clients.create(server.endpoint());
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  @Test
  void onlyOneHoldsIt() throws Exception {
    S3Lease first = take().orElseThrow();

    assertThat(take()).isEmpty();
    first.close();
    assertThat(take()).isPresent();
  }

  @Test
  void aKilledHoldersLeaseExpiresUnlessItIsRenewed() throws Exception {
    S3Lease first = take().orElseThrow();
    now = now.plus(S3Lease.EXPIRES);
    assertThat(first.renew()).isTrue();
    now = now.plus(S3Lease.EXPIRES);
    assertThat(take()).isEmpty();

    now = now.plusSeconds(1);

    S3Lease second = take().orElseThrow();
    assertThat(first.renew()).isFalse();
    first.close();
    assertThat(take()).as("whoever lost it leaves it to its holder").isEmpty();
    second.close();
    assertThat(take()).isPresent();
  }

  @Test
  void aRegistryInABucketHasOneRunAtATime() throws Exception {
    ModelRegistry here = registry();
    ModelRegistry there = registry();

    try (ModelLease lease = here.lease("retrain").orElseThrow()) {
      assertThat(lease).isNotNull();
      assertThat(there.lease("retrain")).isEmpty();
      assertThat(here.versions()).isEmpty();
    }
    Optional<ModelLease> next = there.lease("retrain");
    assertThat(next).isPresent();
    next.get().close();
  }

  private ModelRegistry registry() {
    return ModelStores.registry(
        "s3://" + BUCKET, "support", server.endpoint().toString(), BundleKeys.NONE);
  }

  private Optional<S3Lease> take() throws IOException {
    InstantSource clock = () -> now;
    return S3Lease.take(client, new S3Place(BUCKET, "support"), KEY, clock);
  }
}
