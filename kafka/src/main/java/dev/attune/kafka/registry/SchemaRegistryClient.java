package dev.attune.kafka.registry;

import dev.attune.kafka.RegistrySettings;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The part of the Confluent schema registry's REST API that Attune needs. Thread-safe; what it once
 * learned it never asks again, since an id's schema can't change.
 */
public final class SchemaRegistryClient {
  /**
   * Ids that are unknown are asked again only after this, or a few bad records flood a registry.
   */
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

  /** Hostile records can name any id; remembering more of them than this helps nobody. */
  private static final int MOST_UNKNOWN_IDS = 1_000;

  private static final int CONFLICT = 409;

  private final RegistryHttp http;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Unknown> unknown = new ConcurrentHashMap<>();

  private record SubjectSchema(String subject, Schema schema) {}

  private record Unknown(RegistryException.Refused reason, long untilNanos) {}

  public SchemaRegistryClient(RegistrySettings settings) {
    this.http = new RegistryHttp(settings);
  }

  /**
   * A client without credentials of its own.
   *
   * @param timeout of a whole call, retries included
   */
  public SchemaRegistryClient(URI url, Duration timeout) {
    this(RegistrySettings.of(url, timeout));
  }

  /**
   * Registers a schema, or finds it when it is registered already.
   *
   * @return its id
   * @throws RegistryException.Refused when it breaks the subject's compatibility
   * @throws RegistryException.Unavailable when the registry is away
   */
  public int register(String subject, Schema schema) {
    return ids.computeIfAbsent(
        new SubjectSchema(subject, schema),
        key -> {
          JsonNode answer =
              http.exchange("POST", path("/subjects/%s/versions", subject), body(schema));
          return id(answer);
        });
  }

  /**
   * The schema that has the id.
   *
   * @throws RegistryException.Refused when the registry says that there is no such schema, or that
   *     it is no Avro schema
   * @throws RegistryException.Unavailable when the registry is away, or answers anything else: that
   *     it refuses the login, or a proxy's page, is no reason to give a record up
   */
  public Schema byId(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    throwIfUnknown(id);
    try {
      return schemas.computeIfAbsent(id, this::fetch);
    } catch (RegistryException.Refused e) {
      rememberUnknown(id, e);
      throw e;
    }
  }

  /** The subject's newest schema; empty when the subject is new. */
  public Optional<Schema> latest(String subject) {
    try {
      return Optional.of(
          parse(http.exchange("GET", path("/subjects/%s/versions/latest", subject), null)));
    } catch (RegistryException.Refused e) {
      if (e.isUnknown()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether the registry would accept the schema as the subject's next version. */
  public boolean isCompatible(String subject, Schema schema) {
    JsonNode answer =
        http.exchange(
            "POST", path("/compatibility/subjects/%s/versions/latest", subject), body(schema));
    return answer.path("is_compatible").asBoolean(false);
  }

  /**
   * Sets which changes the subject's next schemas may make.
   *
   * @param level such as {@code FULL_TRANSITIVE}
   */
  public void setCompatibility(String subject, String level) {
    JsonNode body = JsonNodeFactory.instance.objectNode().put("compatibility", level);
    String path = path("/config/%s", subject);
    try {
      JsonNode unused = http.exchange("PUT", path, body);
    } catch (RegistryException.Refused e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
      // services start side by side: somebody made the rule a moment ago, now it can be set
      JsonNode unused = http.exchange("PUT", path, body);
    }
  }

  private Schema fetch(int id) {
    JsonNode answer;
    try {
      answer = http.exchange("GET", "/schemas/ids/" + Integer.toUnsignedLong(id), null);
    } catch (RegistryException.Refused e) {
      if (e.isUnknown()) {
        throw e;
      }
      throw new RegistryException.Unavailable(String.valueOf(e.getMessage()), e);
    }
    if (!answer.path("schema").isString()) {
      throw new RegistryException.Unavailable(
          http.base() + " names no schema for an id; is it a registry?", null);
    }
    return parse(answer);
  }

  private void throwIfUnknown(int id) {
    @Nullable Unknown before = unknown.get(id);
    if (before == null) {
      return;
    }
    if (before.untilNanos() - System.nanoTime() > 0) {
      throw before.reason();
    }
    unknown.remove(id);
  }

  private void rememberUnknown(int id, RegistryException.Refused reason) {
    if (unknown.size() >= MOST_UNKNOWN_IDS) {
      unknown.clear();
    }
    unknown.put(id, new Unknown(reason, System.nanoTime() + UNKNOWN_FOR.toNanos()));
  }

  private int id(JsonNode answer) {
    JsonNode id = answer.path("id");
    if (!id.isIntegralNumber()) {
      throw new RegistryException.Refused(
          200, http.base() + " names no id for a registered schema; is it a registry?");
    }
    return id.intValue();
  }

  private Schema parse(JsonNode answer) {
    JsonNode schema = answer.path("schema");
    String kind = answer.path("schemaType").asString("AVRO");
    if (!schema.isString() || !kind.equals("AVRO")) {
      throw new RegistryException.Refused(200, "the registry's schema is not an Avro schema");
    }
    try {
      return new Schema.Parser().parse(schema.stringValue());
    } catch (AvroRuntimeException e) { // such as a default that is none, or one name twice
      throw new RegistryException.Refused(200, "the registry's schema is no valid Avro schema");
    }
  }

  private static JsonNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", PlainSchema.of(schema));
  }

  private static String path(String template, String subject) {
    return template.formatted(
        URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20"));
  }
}
