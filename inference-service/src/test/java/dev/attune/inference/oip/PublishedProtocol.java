package dev.attune.inference.oip;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The Open Inference Protocol as it is published, see {@code open-inference/README.md}. */
public final class PublishedProtocol {
  private final JsonNode rest = JsonMapper.shared().readTree(resource("rest.json"));

  /** Of each path and method what a body must be: {@code request} or the status to its name. */
  public JsonNode paths() {
    return rest.get("paths");
  }

  /** What is wrong with this body, by the published schema of that name. */
  public List<Error> violations(String schema, JsonNode body) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("$ref", "#/$defs/" + schema);
    root.set("$defs", rest.get("$defs"));
    return SchemaRegistry.withDefaultDialect(Dialects.getDraft202012())
        .getSchema(root)
        .validate(body);
  }

  /** Methods, messages and fields, one a line. */
  public static List<String> grpc() {
    return resource("grpc.txt").lines().toList();
  }

  private static String resource(String name) {
    String path = "/open-inference/" + name;
    try (InputStream in =
        Objects.requireNonNull(PublishedProtocol.class.getResourceAsStream(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
