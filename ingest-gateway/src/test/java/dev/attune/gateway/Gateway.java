package dev.attune.gateway;

import dev.attune.http.ServerLoops;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.InteractionEvent;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A running gateway on a free port, its topics of its own, and what a test asks of both. */
final class Gateway implements AutoCloseable {
  private final Infra infra;
  private final Topics topics;
  private final SchemaRegistryClient registry;
  private final ConfigurableApplicationContext context;
  private final URI uri;
  private final URI management;
  private final HttpClient http = HttpClient.newHttpClient();

  private Gateway(Infra infra, List<String> profiles, String... properties) {
    this.infra = infra;
    this.topics = new Topics("t" + UUID.randomUUID().toString().substring(0, 8) + ".");
    this.registry = new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10));
    List<String> all = new ArrayList<>(List.of(properties));
    all.add("server.port=0");
    all.add("management.server.port=0");
    all.add("attune.kafka.bootstrap-servers=" + infra.bootstrapServers());
    all.add("attune.kafka.registry.url=" + infra.registryUrl());
    all.add("attune.kafka.topics.prefix=" + topics.prefix());
    this.context =
        new SpringApplicationBuilder(GatewayApplication.class)
            .profiles(profiles.toArray(String[]::new))
            .properties(Map.of("spring.main.register-shutdown-hook", "false"))
            .run(all.stream().map(p -> "--" + p).toArray(String[]::new));
    this.uri = local("local.server.port");
    this.management = local("local.management.port");
  }

  private URI local(String port) {
    return URI.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty(port));
  }

  static Gateway start(Infra infra, String... properties) {
    return new Gateway(infra, List.of("local"), properties);
  }

  /** With the defaults of an installation: no keys and no settings of the local stack. */
  static Gateway startInstalled(Infra infra, String... properties) {
    return new Gateway(infra, List.of(), properties);
  }

  URI uri() {
    return uri;
  }

  /** The threads that serve the public port. */
  List<EventLoop> loops() {
    return context.getBean(ServerLoops.class).all();
  }

  Topics topics() {
    return topics;
  }

  SchemaRegistryClient registry() {
    return registry;
  }

  HttpResponse<String> postJson(String body) {
    return post("application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> post(String contentType, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri.resolve("/v1/events"))
            .header("Authorization", "Bearer local-write")
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri.resolve(path)).GET().build());
  }

  /** From the port of management. */
  HttpResponse<String> manage(String path) {
    return send(HttpRequest.newBuilder(management.resolve(path)).GET().build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The first stored event that fits, read by a consumer of its own. */
  ConsumerRecord<String, InteractionEvent> stored(Predicate<InteractionEvent> wanted) {
    return record(topics.interactionEvents(), InteractionEvent.class, wanted);
  }

  ConsumerRecord<String, DeadLetter> deadLetter(Predicate<DeadLetter> wanted) {
    return record(topics.deadLetters(), DeadLetter.class, wanted);
  }

  /** How many of the events stored by now fit. */
  long count(Predicate<InteractionEvent> wanted) {
    return StoredEvents.read(infra, topics).stream()
        .filter(stored -> wanted.test(stored.event()))
        .count();
  }

  private <T extends SpecificRecord> ConsumerRecord<String, T> record(
      String topic, Class<T> type, Predicate<T> wanted) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", infra.bootstrapServers(), "auto.offset.reset", "earliest");
    try (KafkaConsumer<String, T> consumer =
        new KafkaConsumer<>(
            properties, new StringDeserializer(), new AvroDeserializer<>(registry, type))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<String, T> record : consumer.poll(Duration.ofMillis(200))) {
          if (wanted.test(record.value())) {
            return record;
          }
        }
      }
    }
    throw new AssertionError("no such record in " + topic);
  }

  @Override
  public void close() {
    context.close();
  }
}
