package dev.attune.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A run as programs read it: what was run, when and where, then what its kind adds. */
public final class JsonReport {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String name;
  private final Instant startedAt = Instant.now();
  private final ObjectNode root = JSON.createObjectNode();

  /** The run begins now. */
  public JsonReport(String name, String summary) {
    this.name = name;
    root.put("name", name);
    root.put("summary", summary);
    root.put("startedAt", startedAt.toString());
  }

  /** The run ends now. */
  public Duration end() {
    Duration took = Duration.between(startedAt, Instant.now());
    root.put("seconds", took.toMillis() / 1e3);
    root.set("machine", JSON.valueToTree(Machine.here()));
    return took;
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
