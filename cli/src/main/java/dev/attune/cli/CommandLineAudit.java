package dev.attune.cli;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.Actor;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.registry.SchemaRegistryClient;
import java.time.InstantSource;

/**
 * Writes what somebody does at the command line into the topics {@code audit} and {@code
 * model-steps}.
 */
final class CommandLineAudit {
  private static final String SERVICE = "attune";

  private CommandLineAudit() {}

  /** Who does it, by the account's name. */
  static Actor actor() {
    return Actor.atCommandLine(System.getProperty("user.name", ""));
  }

  /**
   * Returns when Kafka has the record.
   *
   * @throws AuditException when it hasn't: then the act must not be done
   */
  static void record(KafkaSettings kafka, SchemaRegistryClient schemas, Act act)
      throws AuditException {
    try (var audit = log(kafka, schemas)) {
      audit.record(act);
    }
  }

  /** To be closed by the caller. */
  static AuditLog log(KafkaSettings kafka) {
    return log(kafka, new SchemaRegistryClient(kafka.registry()));
  }

  private static AuditLog log(KafkaSettings kafka, SchemaRegistryClient schemas) {
    return new AuditLog(kafka, schemas, SERVICE, InstantSource.system());
  }
}
