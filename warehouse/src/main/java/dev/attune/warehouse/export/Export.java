package dev.attune.warehouse.export;

import dev.attune.core.files.ScratchFolder;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.parquet.ParquetWriter;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Topics into a warehouse: {@link ErasureTopic} knows who is left out, {@link TableExport} adds
 * what came since the last run, {@link ParquetWriter} makes the files, {@link WarehouseFiles} puts
 * them in their places.
 *
 * <p>A run that is killed loses nothing and doubles nothing: what it had not noted is read again,
 * and a row stays once by its key.
 */
public final class Export {
  private final Request request;

  private Export(Request request) {
    this.request = request;
  }

  /**
   * @param epoch of the topic's positions, as {@code ATTUNE_EPOCH} is for the services
   * @param inReceipts whether this is the export that receipts of erasures speak of
   * @param hasher with the secret that erased users are named by
   * @param from rows of an earlier time are left out, epoch milliseconds
   * @param to rows of this time and later are left out
   */
  public record Request(
      KafkaSettings kafka,
      int epoch,
      WarehouseFiles files,
      boolean inReceipts,
      UserHasher hasher,
      long from,
      long to,
      InstantSource clock) {
    /** Whether it carries on from the last run; a part of time is read from Kafka's beginning. */
    boolean isWhole() {
      return from == Long.MIN_VALUE && to == Long.MAX_VALUE;
    }
  }

  /**
   * @throws WarehouseException when files can't be read or written, or another run is writing
   * @throws org.apache.kafka.common.KafkaException when Kafka doesn't answer or refuses
   */
  public static ExportReport run(Request request) {
    return new Export(request).run();
  }

  private ExportReport run() {
    try (WarehouseFiles.Lock unused = request.files().lock();
        ScratchFolder scratch = ScratchFolder.make("attune-export-");
        ParquetWriter writer = new ParquetWriter(scratch.path())) {
      return run(scratch.path(), writer);
    } catch (IOException e) {
      throw new WarehouseException(String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new WarehouseException(String.valueOf(e.getMessage()), e);
    }
  }

  private ExportReport run(Path scratch, ParquetWriter writer) throws IOException {
    SchemaRegistryClient registry = new SchemaRegistryClient(request.kafka().registry());
    ErasureTopic erasures = ErasureTopic.read(request.kafka(), registry, request.hasher());
    ExportState state = ExportState.of(request.files().state());
    Set<String> open = new HashSet<>(erasures.receipts());
    open.removeAll(state.receipts());
    List<ExportReport.Part> parts = new ArrayList<>();
    for (Table table : Table.values()) {
      TableExport export =
          new TableExport(table, request, registry, erasures.erased(), scratch, writer);
      state = export.addNew(state);
      if (!open.isEmpty()) {
        export.rewrite();
      }
      parts.add(export.report());
    }
    request.files().replaceState(state.carriedOut(erasures.receipts()).bytes());
    if (request.inReceipts()) {
      erasures.publish(request.clock().instant());
    }
    return new ExportReport(request.files().place(), parts, open.size());
  }
}
