package dev.attune.system;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.ParsedSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;

/**
 * A foreign reader and writer: Confluent's registry client and another build of Avro, none of
 * Attune's classes. What it exchanges with Attune's serde is the wire format and nothing else.
 */
final class ConfluentFormat {
  private final CachedSchemaRegistryClient client;

  ConfluentFormat(URI registry) {
    this.client = new CachedSchemaRegistryClient(registry.toString(), 100);
  }

  GenericRecord read(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message);
    if (buffer.get() != 0) {
      throw new IllegalArgumentException("no magic byte");
    }
    try {
      Schema schema = schema(buffer.getInt());
      var decoder =
          DecoderFactory.get().binaryDecoder(message, buffer.position(), buffer.remaining(), null);
      return new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] write(String subject, GenericRecord datum) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(0);
      out.writeInt(register(subject, datum.getSchema().toString()));
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(datum.getSchema()).write(datum, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  int register(String subject, String schema) {
    try {
      return client.register(subject, new AvroSchema(schema));
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  private Schema schema(int id) throws IOException {
    try {
      ParsedSchema schema = client.getSchemaById(id);
      return (Schema) schema.rawSchema();
    } catch (RestClientException e) {
      throw new IllegalStateException(e);
    }
  }
}
