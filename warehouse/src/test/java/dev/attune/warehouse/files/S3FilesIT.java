package dev.attune.warehouse.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.local.infra.StorageServer;
import dev.attune.modelstore.S3Clients;
import dev.attune.modelstore.S3Place;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The lock of an export in a bucket, on a real server. */
class S3FilesIT {
  private static final String BUCKET = "lake";
  private static final DayFile DAY = new DayFile(Table.EVENTS, LocalDate.parse("2026-01-01"), 7);

  @TempDir private Path folder;
  private StorageServer server;
  private S3Client client;

  @BeforeEach
  void start() throws Exception {
    server = new StorageServer(Files.createDirectory(folder.resolve("buckets")), BUCKET);
    client = S3Clients.create(server.endpoint());
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  /** As one that stood still for so long that its lock expired. */
  @Test
  void aRunThatLostItsLockWritesNothingMore() throws IOException {
    S3Files late = files(client);
    WarehouseFiles.Lock lost = late.lock();
    late.replace(DAY, file("before"));
    write("_export.lock", "another " + System.currentTimeMillis());

    refused(() -> late.replace(DAY, file("after")));
    refused(() -> late.delete(DAY));
    refused(() -> late.replaceState("after".getBytes(StandardCharsets.UTF_8)));
    lost.close();

    assertThat(files(client).fetch(DAY, folder)).hasContent("before");
    assertThat(files(client).state()).isNull();
    assertThatThrownBy(() -> files(client).lock())
        .as("the other's lock stays")
        .hasMessageContaining("Another export is writing to s3://lake/attune");
  }

  private static void refused(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "This export has lost its lock on s3://lake/attune, which another one may have now.");
  }

  /** The client tries again by itself, and is refused by what its first attempt wrote. */
  @Test
  void aLockWhoseAnswerWasLostIsTaken() throws IOException {
    S3Files files = files(sendingTheFirstWriteTwice());

    try (WarehouseFiles.Lock unused = files.lock()) {
      files.replace(DAY, file("mine"));
      assertThatThrownBy(() -> files(client).lock()).hasMessageContaining("Another export");
    }

    files(client).lock().close();
  }

  private S3Client sendingTheFirstWriteTwice() {
    var first = new AtomicBoolean(true);
    return (S3Client)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {S3Client.class},
            (proxy, method, arguments) -> {
              try {
                if (method.getName().equals("putObject") && first.getAndSet(false)) {
                  var unused = method.invoke(client, arguments);
                }
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static S3Files files(S3Client by) {
    return new S3Files(by, new S3Place(BUCKET, "attune"));
  }

  private void write(String name, String text) {
    var unused =
        client.putObject(
            request -> request.bucket(BUCKET).key("attune/" + name),
            RequestBody.fromBytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "made-", ".parquet"), text);
  }
}
