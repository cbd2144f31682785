package dev.attune.schemas;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Lets Avro create the generated records. Avro refuses every class that a schema names unless told
 * to trust it; each generated record calls this when it is loaded (see {@code src/build/avro}), so
 * that no service needs a JVM flag for it.
 */
public final class GeneratedRecords {
  private static final String PACKAGE = "dev.attune.schemas.avro";

  private static final AtomicBoolean TRUSTED = new AtomicBoolean();

  private GeneratedRecords() {}

  /** A record's own model; for generated code. */
  public static SpecificData model() {
    if (TRUSTED.compareAndSet(false, true)) {
      ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
      ClassSecurityValidator.setGlobal(
          type -> type.getPackageName().equals(PACKAGE) || before.isTrusted(type));
    }
    return new SpecificData(GeneratedRecords.class.getClassLoader());
  }
}
