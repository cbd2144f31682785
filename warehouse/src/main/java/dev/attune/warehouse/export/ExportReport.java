package dev.attune.warehouse.export;

import dev.attune.warehouse.table.Table;
import java.util.List;

/**
 * What a run did.
 *
 * @param erasedReceipts how many erasures it carried out in older files
 */
public record ExportReport(String place, List<Part> tables, int erasedReceipts) {
  /**
   * One table.
   *
   * @param read records that were new in the topic
   * @param erased of them, left out with their user
   * @param refused of them, broken ones that are dead letters too
   * @param expired records that Kafka had deleted before any run read them
   * @param files that were written
   * @param rewritten files out of which erased users were taken
   */
  public record Part(
      Table table, long read, long erased, long refused, long expired, int files, int rewritten) {}
}
