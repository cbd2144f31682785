package dev.attune.kafka.registry;

import dev.attune.schemas.Topics;
import org.apache.avro.Schema;

/** Registers every subject's schema and forbids incompatible successors. */
public final class SchemaSetup {
  /** Old and new writers and readers run side by side, so every version must read every other. */
  public static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private SchemaSetup() {}

  /**
   * Idempotent; several services may call it at once.
   *
   * @throws RegistryException.Refused when a schema is incompatible with one already registered
   * @throws RegistryException.Unavailable when the registry is away
   */
  public static void register(SchemaRegistryClient registry, Topics topics) {
    topics.subjects().forEach((subject, schema) -> register(registry, subject, schema));
  }

  private static void register(SchemaRegistryClient registry, String subject, Schema schema) {
    boolean ruled = trySetCompatibility(registry, subject);
    int unused = registry.register(subject, schema);
    if (!ruled) {
      registry.setCompatibility(subject, COMPATIBILITY);
    }
  }

  /** Some registries know a subject's rule only once the subject has a schema. */
  private static boolean trySetCompatibility(SchemaRegistryClient registry, String subject) {
    try {
      registry.setCompatibility(subject, COMPATIBILITY);
      return true;
    } catch (RegistryException.Refused e) {
      if (e.isNotFound()) {
        return false;
      }
      throw e;
    }
  }
}
