package dev.attune.kafka.registry;

import dev.attune.schemas.Topics;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in the Confluent wire format. The schema is registered under {@code <topic>-value}
 * at the first record of a topic; after that a record costs no registry call and no lookup but a
 * comparison. Thread-safe.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final SchemaRegistryClient registry;
  private final RecordWriter<T> writer = new RecordWriter<>();
  private volatile @Nullable Target last;

  private record Target(String topic, Schema schema, int id) {}

  public AvroSerializer(SchemaRegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Writes one record.
   *
   * @return null for null: a tombstone
   * @throws RecordException when the registry is away or refuses, or a field is missing
   */
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T message) {
    if (message == null) {
      return null;
    }
    int id = target(topic, message.getSchema()).id;
    byte[] bytes = writer.write(message);
    WireFormat.writeHeader(bytes, id);
    return bytes;
  }

  /**
   * Fills in the header of a record that {@link RecordWriter} wrote.
   *
   * @throws RecordException when the registry is away or refuses
   */
  public void address(String topic, Schema schema, byte[] record) {
    WireFormat.writeHeader(record, target(topic, schema).id);
  }

  @SuppressWarnings("ReferenceEquality") // one schema object a generated class: cheap and enough
  private Target target(String topic, Schema schema) {
    Target known = last;
    if (known != null && known.schema == schema && known.topic.equals(topic)) {
      return known;
    }
    int id = register(topic, schema);
    Target target = new Target(topic, schema, id);
    last = target;
    return target;
  }

  private int register(String topic, Schema schema) {
    try {
      return registry.register(Topics.subject(topic), schema);
    } catch (RegistryException.Unavailable e) {
      throw new RecordException.RegistryAway(e);
    } catch (RegistryException.Refused e) {
      throw new RecordException.Incompatible(e);
    }
  }
}
