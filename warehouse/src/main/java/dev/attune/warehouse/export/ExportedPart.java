package dev.attune.warehouse.export;

import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which part of a topic the runs have seen.
 *
 * @param topicId Kafka's id of the topic
 * @param next the first offset that was not read, by partition
 * @param lost how many records Kafka had deleted before a run read them, by partition
 */
public record ExportedPart(String topicId, Map<Integer, Long> next, Map<Integer, Long> lost) {
  /**
   * Empty when no run has read the topic.
   *
   * @throws WarehouseException when the place can't be read
   */
  public static Optional<ExportedPart> of(WarehouseFiles files, Table table) {
    try {
      return Optional.ofNullable(ExportState.of(files.state()).tables().get(table.folder()))
          .map(
              known ->
                  new ExportedPart(
                      known.topicId(), known.next(), Objects.requireNonNull(known.lost())));
    } catch (IOException e) {
      throw new WarehouseException(String.valueOf(e.getMessage()), e);
    }
  }
}
