package dev.attune.local.infra;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How one server is run as a process, and how one sees that it is ready. */
public interface Server {
  String name();

  int port();

  /** Makes what the process needs before its start; does nothing when it is there already. */
  default void prepare() {}

  List<String> command();

  default Map<String, String> environment() {
    return Map.of();
  }

  /** Where the process runs and keeps its files. */
  Path directory();

  /** Asks the running server; false as long as it can't serve. Never blocks longer than seconds. */
  boolean isReady();
}
