package dev.attune.warehouse.table;

/** The warehouse can't be read or written; the message is for who runs the command. */
public final class WarehouseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WarehouseException(String message) {
    super(message);
  }

  public WarehouseException(String message, Throwable cause) {
    super(message, cause);
  }
}
