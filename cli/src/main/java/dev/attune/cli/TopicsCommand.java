package dev.attune.cli;

import dev.attune.kafka.FailureReason;
import dev.attune.kafka.KafkaEnvironment;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.SchemaSetup;
import dev.attune.kafka.topic.TopicOutcome;
import dev.attune.kafka.topic.TopicReport;
import dev.attune.local.terminal.Terminal;
import dev.attune.schemas.Topics;
import dev.attune.training.UserFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;

/** Makes what the services need in Kafka and the registry, so that they themselves need not. */
@Command(
    name = "topics",
    description = {
      "Makes the topics that are missing and registers all schemas, as the services",
      "would. What exists is left as it is. Where that differs from what is asked",
      "for, the topic's line says so. Run it with an account that may create topics,",
      "and the services with ATTUNE_TOPICS_CREATE=false, which has no meaning here.",
      "feature-streams makes the topics of its own stores itself in any case.",
      "Kafka is found by the services' environment variables: docs/settings.md."
    },
    sortOptions = false)
final class TopicsCommand implements Callable<Integer> {
  /** A controller that is being elected answers within that, and a registry that has just begun. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, String> environment;
  private final Duration kafkaPatience;
  private final Duration registryPatience;

  TopicsCommand() {
    this(System.getenv(), PATIENCE, PATIENCE);
  }

  TopicsCommand(
      Map<String, String> environment, Duration kafkaPatience, Duration registryPatience) {
    this.environment = environment;
    this.kafkaPatience = kafkaPatience;
    this.registryPatience = registryPatience;
  }

  @Override
  public Integer call() {
    Terminal screen = Terminal.standard();
    try {
      KafkaSettings kafka = KafkaEnvironment.settings(environment);
      make(kafka, screen);
      Topics names = kafka.topics().names();
      SchemaSetup.register(
          new SchemaRegistryClient(kafka.registry().patient(registryPatience)), names);
      screen.line(
          "%d schemas are registered, each with compatibility %s.",
          names.subjects().size(), SchemaSetup.COMPATIBILITY);
    } catch (RegistryException | IllegalArgumentException | IllegalStateException e) {
      throw new UserFault(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private void make(KafkaSettings kafka, Terminal screen) {
    try (var report = new TopicReport(kafka, kafkaPatience)) {
      List<TopicOutcome> outcomes = report.make();
      print(outcomes, screen);
      requireAll(outcomes);
      report.requireEqualPartitions();
    } catch (TimeoutException e) {
      throw new UserFault(
          "Kafka at %s does not answer within %d s."
              .formatted(kafka.bootstrapServers(), kafkaPatience.toSeconds()),
          e);
    } catch (KafkaException e) {
      throw new UserFault(FailureReason.of(kafka, e) + ".", e);
    }
  }

  private static void print(List<TopicOutcome> outcomes, Terminal screen) {
    int width = outcomes.stream().mapToInt(outcome -> outcome.topic().length()).max().orElse(1);
    for (TopicOutcome outcome : outcomes) {
      screen.line("%-" + width + "s  %s", outcome.topic(), words(outcome));
    }
  }

  private static String words(TopicOutcome outcome) {
    return switch (outcome) {
      case TopicOutcome.Created made ->
          "created: partitions: %d, copies: %d".formatted(made.partitions(), made.copies());
      case TopicOutcome.There there when there.differences().isEmpty() -> "there";
      case TopicOutcome.There there ->
          "there, but differs: " + String.join("; ", there.differences());
      case TopicOutcome.Refused refused -> "refused: " + refused.reason();
    };
  }

  private static void requireAll(List<TopicOutcome> outcomes) {
    long refused = outcomes.stream().filter(TopicOutcome.Refused.class::isInstance).count();
    if (refused > 0) {
      throw new UserFault(
          "Kafka refuses %d of %d topics; the schemas are not registered yet."
              .formatted(refused, outcomes.size()));
    }
  }
}
