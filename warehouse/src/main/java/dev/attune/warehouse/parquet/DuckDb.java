package dev.attune.warehouse.parquet;

import dev.attune.warehouse.table.WarehouseException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database in memory that holds no data: it reads files, sorts them, on disk where memory doesn't
 * suffice, and writes others. Loads no extension from anywhere. Used by one thread.
 */
final class DuckDb implements AutoCloseable {
  private static final String MEMORY = "512MB";

  private final Connection connection;

  /**
   * @param spill a folder for what doesn't fit into memory
   */
  DuckDb(Path spill) {
    try {
      this.connection = DriverManager.getConnection("jdbc:duckdb:");
    } catch (SQLException e) {
      throw failed("DuckDB doesn't start", e);
    }
    execute("SET autoinstall_known_extensions = false");
    execute("SET autoload_known_extensions = false");
    execute("SET memory_limit = '" + MEMORY + "'");
    execute("SET temp_directory = " + text(spill.toString()));
    execute("SET TimeZone = 'UTC'");
    // row order is said where it matters
    execute("SET preserve_insertion_order = false");
  }

  /** What is done with a row, whose columns count from 1. */
  interface Row {
    void take(ResultSet row) throws SQLException;
  }

  void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed("DuckDB refuses", e);
    }
  }

  void query(String sql, Row each) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        each.take(rows);
      }
    } catch (SQLException e) {
      throw failed("The files can't be read", e);
    }
  }

  /** A text literal. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static WarehouseException failed(String what, SQLException e) {
    return new WarehouseException(what + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed("DuckDB doesn't end", e);
    }
  }
}
