package dev.attune.kafka;

import dev.attune.schemas.Topics;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The topics.
 *
 * @param prefix of every topic's name; installations that share a cluster need an application id
 *     each, too ({@code ATTUNE_STREAMS_APPLICATION_ID})
 * @param create false where an operator makes the topics and the services may not
 * @param partitions of topics that are created: bounds the parallelism of everything downstream
 * @param replicationFactor of topics that are created; 3 in production, 1 on one broker
 */
public record TopicSettings(
    @DefaultValue("attune.") String prefix,
    @DefaultValue("true") boolean create,
    @DefaultValue("4") int partitions,
    @DefaultValue("1") short replicationFactor) {
  public static final TopicSettings STANDARD = new TopicSettings("attune.", true, 4, (short) 1);

  /** More than that a decision's id can't name. */
  public static final int MOST_PARTITIONS = 1 << 12;

  public TopicSettings {
    var unused = new Topics(prefix);
    Assert.isTrue(
        partitions >= 1 && partitions <= MOST_PARTITIONS,
        "attune.kafka.topics.partitions must be 1 to " + MOST_PARTITIONS);
    Assert.isTrue(
        replicationFactor >= 1 && replicationFactor <= 10,
        "attune.kafka.topics.replication-factor must be 1 to 10");
  }

  public Topics names() {
    return new Topics(prefix);
  }
}
