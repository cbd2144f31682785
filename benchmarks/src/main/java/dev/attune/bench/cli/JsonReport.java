package dev.attune.bench.cli;

import dev.attune.bench.Report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A report as programs read it: what was run, when and where, then what its kind adds. */
public final class JsonReport {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String name;
  private final ObjectNode root = JSON.createObjectNode();

  public JsonReport(
      String name, String summary, Instant startedAt, Duration took, Machine machine) {
    this.name = name;
    root.put("name", name);
    root.put("summary", summary);
    root.put("startedAt", startedAt.toString());
    root.put("seconds", took.toMillis() / 1e3);
    ObjectNode where = root.putObject("machine");
    where.put("os", machine.os());
    where.put("processors", machine.processors());
    where.put("java", machine.java());
  }

  public ObjectNode root() {
    return root;
  }

  /** One file a name. */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.writeString(folder.resolve(name + ".json"), JSON.writeValueAsString(root) + "\n");
  }
}
