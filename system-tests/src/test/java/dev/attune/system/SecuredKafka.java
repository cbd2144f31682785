package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.LoginSettings;
import dev.attune.kafka.RegistrySettings;
import dev.attune.kafka.SecuritySettings;
import dev.attune.kafka.TlsSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.local.infra.KafkaSecurity;
import dev.attune.local.infra.KafkaServer;
import dev.attune.local.infra.ServerProcess;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import dev.attune.predictions.Certificates;
import dev.attune.schemas.Topics;
import dev.attune.system.AclTable.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker that speaks SASL_SSL and allows services what {@code docs/security.md} lists. */
final class SecuredKafka implements AutoCloseable {
  /** Used up only by a failing test. */
  private static final Duration READING = Duration.ofSeconds(20);

  private final StackSettings settings;
  private final Path folder;
  private final AclTable table = AclTable.read().services();
  private final Map<String, String> passwords = new HashMap<>();
  private final Certificates certificates;
  private final Path log;
  private final ServerProcess server;

  /**
   * @param folder for certificates and passwords
   */
  SecuredKafka(StackSettings settings, Path folder) throws Exception {
    this.settings = settings;
    this.folder = folder;
    this.certificates = Certificates.make(folder, "broker");
    this.log = settings.home().resolve("logs").resolve("secured-kafka.log");
    Stream.concat(Stream.of(KafkaSecurity.ADMIN), table.principals().stream())
        .forEach(name -> passwords.put(name, "secret-of-" + name));
    this.server = start();
  }

  private ServerProcess start() {
    var security =
        new KafkaSecurity(certificates.store(), Certificates.PASSWORD, Map.copyOf(passwords));
    var process =
        ServerProcess.start(
            new KafkaServer(
                settings.checkout().kafkaClassPath(),
                settings.home().resolve(Part.KAFKA.id()),
                settings.ports().kafka(),
                settings.ports().kafkaController(),
                security),
            log);
    return process.awaitReady(Duration.ofMinutes(4));
  }

  /** Lets the principals make and use topics. */
  void allow() throws Exception {
    try (Admin admin = Admin.create(as(KafkaSecurity.ADMIN).client())) {
      admin.createAcls(table.rights().stream().map(Right::binding).toList()).all().get();
    }
  }

  /** Takes an account its right to read a topic, or gives it back. */
  void letRead(String principal, String topic, boolean allowed) throws Exception {
    AclBinding right =
        table.rights().stream()
            .filter(one -> one.principal().equals(principal) && one.name().equals(topic))
            .filter(one -> one.operation() == AclOperation.READ)
            .findFirst()
            .orElseThrow()
            .binding();
    try (Admin admin = Admin.create(as(KafkaSecurity.ADMIN).client())) {
      if (allowed) {
        admin.createAcls(List.of(right)).all().get();
      } else {
        assertThat(admin.deleteAcls(List.of(right.toFilter())).all().get()).hasSize(1);
      }
    }
  }

  /** The settings of a service with this principal. */
  Map<String, String> environment(String principal) throws IOException {
    Path password = folder.resolve(principal + ".password");
    Files.writeString(password, Objects.requireNonNull(passwords.get(principal)) + "\n");
    return Map.of(
        "ATTUNE_KAFKA_SECURITY_PROTOCOL",
        "SASL_SSL",
        "ATTUNE_KAFKA_SASL_MECHANISM",
        "SCRAM-SHA-512",
        "ATTUNE_KAFKA_USERNAME",
        principal,
        "ATTUNE_KAFKA_PASSWORD_FILE",
        password.toString(),
        "ATTUNE_KAFKA_TRUSTSTORE",
        certificates.certificate().toString());
  }

  KafkaSettings as(String principal) {
    var login = new LoginSettings(principal, passwords.getOrDefault(principal, "wrong"), "");
    var tls = new TlsSettings(certificates.certificate().toString(), "", "", "");
    return new KafkaSettings(
        settings.bootstrapServers(),
        new SecuritySettings(SecurityProtocol.SASL_SSL, "SCRAM-SHA-512", "", login, tls),
        TopicSettings.STANDARD,
        RegistrySettings.LOCAL,
        Map.of());
  }

  int committed(String topic) {
    return RawTopic.records(as(KafkaSecurity.ADMIN), topic).size();
  }

  void send(String topic, String text) throws Exception {
    send(KafkaSecurity.ADMIN, topic, text);
  }

  /** Without a producer's id, so that who may write nowhere is asked about the topic, too. */
  private void send(String principal, String topic, String text) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            as(principal).client("test", Map.of("acks", "all", "enable.idempotence", "false")),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, text, text)).get();
    }
  }

  /** The lines of the table that nobody has needed. */
  List<Right> unused() {
    List<String> allowed = lines().filter(line -> line.contains("is Allowed")).toList();
    return table.rights().stream()
        .filter(right -> allowed.stream().noneMatch(right::allowed))
        .toList();
  }

  List<String> refused() {
    return lines().filter(line -> line.contains("is Denied")).distinct().limit(20).toList();
  }

  private Stream<String> lines() {
    try {
      return Files.readAllLines(log).stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a principal may with a topic although the table doesn't say so. */
  List<String> allowedBeyondTheTable() throws Exception {
    var unexpected = new ArrayList<String>();
    for (String principal : table.principals()) {
      for (String topic : Topics.standard().schemas().keySet()) {
        if (!isListed(principal, topic, "READ") && canRead(principal, topic)) {
          unexpected.add(principal + " reads " + topic);
        }
        if (!isListed(principal, topic, "WRITE") && canWrite(principal, topic)) {
          unexpected.add(principal + " writes " + topic);
        }
      }
    }
    return unexpected;
  }

  private boolean isListed(String principal, String topic, String operation) {
    return table.rights().stream()
        .anyMatch(
            right ->
                right.principal().equals(principal)
                    && right.name().equals(topic)
                    && right.operation().name().equals(operation));
  }

  private boolean canRead(String principal, String topic) {
    try (var reader = TopicReader.of(as(principal), "test", topic, new StartAt.Beginning())) {
      // whoever may gets no exception however often he asks
      for (long end = System.nanoTime() + READING.toNanos(); System.nanoTime() < end; ) {
        var unused = reader.poll();
      }
      return true;
    } catch (AuthorizationException e) {
      return false;
    }
  }

  private boolean canWrite(String principal, String topic) throws Exception {
    try {
      send(principal, topic, "value");
      return true;
    } catch (AuthorizationException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
