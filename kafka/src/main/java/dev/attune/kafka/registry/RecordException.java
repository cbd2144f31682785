package dev.attune.kafka.registry;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** A record that could not be written or read. Each reason is a class; none quotes user data. */
public abstract sealed class RecordException extends SerializationException {
  private RecordException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Whether the same record may succeed later; otherwise it never will. */
  public abstract boolean retriable();

  /** The bytes don't start with the Confluent header. */
  public static final class NotWireFormat extends RecordException {
    NotWireFormat(String message) {
      super(message, null);
    }

    @Override
    public boolean retriable() {
      return false;
    }
  }

  /** The registry doesn't know the schema id. */
  public static final class UnknownSchemaId extends RecordException {
    UnknownSchemaId(String message, Throwable cause) {
      super(message, cause);
    }

    @Override
    public boolean retriable() {
      return false;
    }
  }

  /** Written with a schema that can't be read as the wanted type, or refused by the registry. */
  public static final class Incompatible extends RecordException {
    Incompatible(String message) {
      super(message, null);
    }

    Incompatible(RegistryException.Refused cause) {
      super(cause.getMessage(), cause);
    }

    @Override
    public boolean retriable() {
      return false;
    }
  }

  /** The bytes are no record of the schema they name, or the record doesn't fit its schema. */
  public static final class Malformed extends RecordException {
    Malformed(String message, Throwable cause) {
      super(message, cause);
    }

    Malformed(String message) {
      super(message, null);
    }

    @Override
    public boolean retriable() {
      return false;
    }
  }

  /** The registry can't be reached; says nothing of the record. */
  public static final class RegistryAway extends RecordException {
    RegistryAway(RegistryException.Unavailable cause) {
      super(cause.getMessage(), cause);
    }

    @Override
    public boolean retriable() {
      return true;
    }
  }
}
