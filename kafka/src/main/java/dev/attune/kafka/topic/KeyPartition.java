package dev.attune.kafka.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Where a key's records lie: Kafka's default partitioner, by which every writer goes. */
public final class KeyPartition {
  private KeyPartition() {}

  public static int of(String key, int partitions) {
    return Utils.toPositive(hash(key)) % partitions;
  }

  /** The hash behind it; its low bits choose the partition. */
  public static int hash(String key) {
    return Utils.murmur2(key.getBytes(StandardCharsets.UTF_8));
  }
}
