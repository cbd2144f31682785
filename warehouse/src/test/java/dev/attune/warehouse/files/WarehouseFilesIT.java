package dev.attune.warehouse.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.local.infra.StorageServer;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One contract for a folder and for a bucket, the bucket on a real server. */
class WarehouseFilesIT {
  private static final DayFile SECOND = new DayFile(Table.EVENTS, LocalDate.parse("2026-01-02"), 3);
  private static final DayFile FIRST = new DayFile(Table.EVENTS, LocalDate.parse("2026-01-01"), 7);

  @TempDir private Path folder;

  @Nested
  class InAFolder extends Contract {
    @Override
    WarehouseFiles files() {
      return WarehouseFiles.at(folder.resolve("export").toString(), null);
    }
  }

  @Nested
  class InABucket extends Contract {
    private @Nullable StorageServer server;

    @BeforeEach
    void start() throws Exception {
      server = new StorageServer(Files.createDirectory(folder.resolve("buckets")), "lake");
    }

    @AfterEach
    void stop() throws Exception {
      if (server != null) {
        server.close();
      }
    }

    @Override
    WarehouseFiles files() {
      URI endpoint = server == null ? null : server.endpoint();
      return WarehouseFiles.at("s3://lake/attune/production/", endpoint);
    }

    @Test
    void theBucketMustBeNamed() {
      assertThatThrownBy(() -> WarehouseFiles.at("s3:///prefix", null))
          .hasMessage("s3:///prefix names no bucket; an export is at s3://bucket/prefix");
    }
  }

  abstract class Contract {
    abstract WarehouseFiles files();

    @Test
    void aFreshPlaceHasNothing() throws IOException {
      assertThat(files().list(Table.EVENTS)).isEmpty();
      assertThat(files().state()).isNull();
      assertThat(files().fetch(FIRST, folder)).isNull();
    }

    @Test
    void whatIsPutThereIsFoundByDay() throws IOException {
      files().replace(SECOND, file("two"));
      files().replace(FIRST, file("one"));
      files().replace(new DayFile(Table.SESSIONS, FIRST.day(), 0), file("other table"));

      assertThat(files().list(Table.EVENTS)).containsExactly(FIRST, SECOND);
      assertThat(files().fetch(FIRST, folder)).hasContent("one");
    }

    @Test
    void aFileIsReplacedAndDeleted() throws IOException {
      files().replace(FIRST, file("one"));
      files().replace(FIRST, file("one and more"));
      assertThat(files().fetch(FIRST, folder)).hasContent("one and more");

      files().delete(FIRST);
      files().delete(FIRST);
      assertThat(files().list(Table.EVENTS)).isEmpty();
    }

    @Test
    void theStateIsKept() throws IOException {
      files().replaceState("first".getBytes(StandardCharsets.UTF_8));
      files().replaceState("second".getBytes(StandardCharsets.UTF_8));

      assertThat(files().state()).asString(StandardCharsets.UTF_8).isEqualTo("second");
      assertThat(files().list(Table.EVENTS)).isEmpty();
    }

    @Test
    void oneRunWritesAtATime() throws IOException {
      try (WarehouseFiles.Lock unused = files().lock()) {
        assertThatThrownBy(() -> files().lock())
            .isInstanceOf(IOException.class)
            .hasMessageContaining("Another export is writing to ");
      }
      files().lock().close();
    }

    private Path file(String text) throws IOException {
      return Files.writeString(Files.createTempFile(folder, "made-", ".parquet"), text);
    }
  }

  @Test
  void aPathThatIsNoneOfOursIsPassedOver() {
    for (String path :
        List.of(
            "interaction-events/day=2026-02-30/partition-00000.parquet",
            "others/day=2026-01-02/partition-00000.parquet",
            "interaction-events/day=2026-01-02/partition-0.parquet",
            "interaction-events/day=2026-01-02/.partition-00000.parquet.new")) {
      assertThat(DayFile.of(path)).as(path).isEmpty();
    }
    assertThat(DayFile.of(SECOND.path())).contains(SECOND);
  }
}
