package dev.attune.cli;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.training.UserFault;
import dev.attune.training.events.TimeRange;
import java.time.Instant;

/** Records who copies users' data out of Kafka, before it is done. */
final class ExportAudit {
  /** Events, decisions and sessions. */
  static final String EXPORT = "export";

  /** All that Kafka alone holds, out of it. */
  static final String BACKUP = "backup";

  /** The same, into it. */
  static final String RESTORE = "restore";

  /** Rejected events. */
  static final String DEAD_LETTERS = "dead_letter_export";

  private ExportAudit() {}

  /**
   * Returns when Kafka has the record.
   *
   * @param place where the files will be
   * @throws UserFault when it can't be recorded: then nothing may be exported
   */
  static void allow(
      KafkaSettings kafka,
      SchemaRegistryClient schemas,
      String action,
      String place,
      TimeRange span) {
    allow(kafka, schemas, action, words(span) + " into " + place);
  }

  /**
   * The same of something else.
   *
   * @param detail what, and to where
   */
  static void allow(
      KafkaSettings kafka, SchemaRegistryClient schemas, String action, String detail) {
    Act act = Act.export(CommandLineAudit.actor(), action, detail);
    try {
      CommandLineAudit.record(kafka, schemas, act);
    } catch (AuditException e) {
      throw new UserFault("Nothing was copied, because " + e.getMessage() + ".", e);
    }
  }

  private static String words(TimeRange span) {
    return span.equals(TimeRange.ALL)
        ? "everything"
        : "from %s to %s"
            .formatted(
                span.from() == Long.MIN_VALUE ? "the beginning" : Instant.ofEpochMilli(span.from()),
                span.to() == Long.MAX_VALUE ? "the end" : Instant.ofEpochMilli(span.to()));
  }
}
