package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicSetupIT {
  private static final short ONE = 1;

  private final Admin admin =
      Admin.create(
          Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, Infra.shared().bootstrapServers()));

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void severalServicesMayCreateTheTopicsAtOnce() throws Exception {
    Topics topics = new Topics("setup-it-1.");

    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var result :
          threads.invokeAll(
              Collections.nCopies(
                  4, Executors.callable(() -> TopicSetup.ensure(admin, settings(topics, 3)))))) {
        result.get();
      }
    }

    assertThat(admin.listTopics().names().get())
        .containsAll(topics.all().stream().map(topic -> topic.name()).toList());
    assertThat(partitions(topics.interactionEvents())).isEqualTo(3);
  }

  @Test
  void keepsRecordsAsTheContractSays() throws Exception {
    Topics topics = new Topics("setup-it-2.");

    TopicSetup.ensure(admin, settings(topics, 1));

    assertThat(configuration(topics.interactionEvents()).get("retention.ms").value())
        .isEqualTo("604800000");
    assertThat(configuration(topics.userProfiles()).get("cleanup.policy").value())
        .isEqualTo("compact");
    assertThat(configuration(topics.userProfiles()).get("max.compaction.lag.ms").value())
        .isEqualTo("86400000");
  }

  @Test
  void leavesExistingTopicsAsTheyAre() throws Exception {
    Topics topics = new Topics("setup-it-3.");
    create(topics.predictions(), 5);

    TopicSetup.ensure(admin, settings(topics, 2));

    assertThat(partitions(topics.predictions())).isEqualTo(5);
  }

  @Test
  void refusesTopicsReadSideBySideWithUnequalPartitions() throws Exception {
    Topics topics = new Topics("setup-it-4.");
    create(topics.decisions(), 5);

    assertThatIllegalStateException()
        .isThrownBy(() -> TopicSetup.ensure(admin, settings(topics, 2)))
        .withMessageContaining("setup-it-4.decisions has 5");
  }

  private static TopicSettings settings(Topics topics, int partitions) {
    return new TopicSettings(topics.prefix(), true, partitions, ONE);
  }

  private void create(String topic, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, partitions, ONE))).all().get();
  }

  private int partitions(String topic) throws Exception {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .values()
        .iterator()
        .next()
        .partitions()
        .size();
  }

  private Config configuration(String topic) throws Exception {
    return admin
        .describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, topic)))
        .all()
        .get()
        .values()
        .iterator()
        .next();
  }
}
