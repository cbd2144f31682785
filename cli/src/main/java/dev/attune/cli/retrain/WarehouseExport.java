package dev.attune.cli.retrain;

import dev.attune.training.UserFault;
import dev.attune.warehouse.export.Export;
import dev.attune.warehouse.table.WarehouseException;

/**
 * Out of Kafka.
 *
 * @param request of all time
 */
public record WarehouseExport(Export.Request request) implements PastExport {
  @Override
  public String place() {
    return request.files().place();
  }

  @Override
  public void run() {
    try {
      var unused = Export.run(request);
    } catch (WarehouseException e) {
      throw new UserFault(String.valueOf(e.getMessage()), e);
    }
  }
}
