package dev.attune.streams.experiments;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** Random records that an Avro schema allows, sensible or not: the extremes come most often. */
final class AllowedBySchema {
  private static final long[] LONGS = {
    0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62, 1_767_323_045_000L, 4_102_444_800_000L
  };
  private static final int[] INTS = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
  private static final double[] REALS = {
    0, 0.5, 1, -1, -1e308, 1e308, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  private final SplittableRandom random;
  private final List<String> texts;

  /**
   * @param texts that mean something to whoever reads the records
   */
  AllowedBySchema(long seed, List<String> texts) {
    this.random = new SplittableRandom(seed);
    this.texts = texts;
  }

  <T extends SpecificRecordBase> T record(Class<T> type) {
    return type.cast(value(SpecificData.get().getSchema(type)));
  }

  private Object value(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case UNION -> value(schema.getTypes().get(1));
      case ARRAY ->
          IntStream.range(0, random.nextInt(4))
              .mapToObj(_ -> value(schema.getElementType()))
              .toList();
      case MAP -> map(schema.getValueType());
      case STRING -> texts.get(random.nextInt(texts.size()));
      case LONG -> LONGS[random.nextInt(LONGS.length)];
      case INT -> INTS[random.nextInt(INTS.length)];
      case DOUBLE -> REALS[random.nextInt(REALS.length)];
      case FLOAT -> (float) REALS[random.nextInt(REALS.length)];
      case BOOLEAN -> random.nextBoolean();
      case ENUM, BYTES, FIXED, NULL -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private Map<String, Object> map(Schema values) {
    Map<String, Object> map = new HashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      map.put(texts.get(random.nextInt(texts.size())), value(values));
    }
    return map;
  }

  private SpecificRecordBase record(Schema schema) {
    var record =
        (SpecificRecordBase) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (Schema.Field field : schema.getFields()) {
      boolean absent = field.schema().getType() == Type.UNION && random.nextInt(3) > 0;
      if (!absent) {
        record.put(field.pos(), value(field.schema()));
      }
    }
    return record;
  }
}
