package dev.attune.system;

import dev.attune.deploy.Chart;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.LoginSettings;
import dev.attune.kafka.RegistrySettings;
import dev.attune.kafka.SecuritySettings;
import dev.attune.kafka.TlsSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.predictions.Certificates;
import dev.attune.predictions.RedisDeployment;
import dev.attune.system.AclTable.Right;
import dev.attune.system.pods.Conductor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Kafka, the registry and Redis of a {@link PlayedChart}, secured: mutual TLS, an account for each
 * service and for the jobs, and no right that {@code docs/security.md} does not list. Their secrets
 * are manifests, too, by the names that {@link #values} gives the chart.
 */
final class SecuredServers implements AutoCloseable {
  private static final String ADMIN = "admin";
  private static final String MECHANISM = "SCRAM-SHA-512";

  /** Kafka is the second pod or the one after it, never a later one than that. */
  private static final int FIRST_PODS = 16;

  private static final String KAFKA =
      """
      sasl.enabled.mechanisms=%1$s
      sasl.mechanism.inter.broker.protocol=%1$s
      listener.name.broker.scram-sha-512.sasl.jaas.config=\
      org.apache.kafka.common.security.scram.ScramLoginModule required username="%2$s" password="%3$s";
      listener.name.broker.ssl.client.auth=required
      ssl.keystore.type=PEM
      ssl.keystore.location=/tls/kafka.pem
      ssl.truststore.type=PEM
      ssl.truststore.location=/tls/trusted-by-kafka.crt
      authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
      super.users=User:%2$s;User:ANONYMOUS
      """
          .formatted(MECHANISM, ADMIN, password(ADMIN));

  /** What is allowed and refused is in the broker's log. */
  private static final String LOGGING =
      """
      logger.audit.name = kafka.authorizer.logger
      logger.audit.level = DEBUG
      """;

  private final AclTable table;
  private final Certificates kafka;
  private final Certificates registry;
  private final Certificates redis;
  private final Certificates clients;
  private @Nullable SecuredRegistry proxy;

  /**
   * @param folder of certificates
   * @param table of the accounts that Kafka knows
   */
  SecuredServers(Path folder, AclTable table) throws Exception {
    this.table = table;
    String kafkas =
        Conductor.firstAddresses(FIRST_PODS).stream()
            .map(address -> ",ip:" + address)
            .collect(Collectors.joining());
    this.kafka = Certificates.make(folder, "kafka", "CN=kafka", "dns:kafka" + kafkas);
    this.registry =
        Certificates.make(folder, "registry", "CN=registry", "ip:" + Conductor.address());
    this.redis = Certificates.make(folder, "redis", "CN=redis", "dns:redis");
    this.clients = Certificates.make(folder, "clients");
  }

  private static String password(String account) {
    return "secret-of-" + account;
  }

  /** Those that the chart's values name, without {@code attune-}. A restore's is not one. */
  private List<String> accounts() {
    return table.principals().stream()
        .filter(name -> !name.equals(AclTable.RESTORE))
        .map(name -> name.replaceFirst("attune-", ""))
        .toList();
  }

  Collection<Map<String, Object>> manifests() throws IOException {
    var objects = new ArrayList<>(PlayedChart.servers());
    objects.removeIf(object -> is(object, "Secret", "attune-redis"));
    secureKafka(objects);
    secureRedis(find(objects, "StatefulSet", "redis"));
    objects.addAll(secrets());
    return objects;
  }

  private void secureKafka(List<Map<String, Object>> objects) {
    Map<String, Object> files = inner(find(objects, "ConfigMap", "kafka"), "data");
    files.computeIfPresent(
        "server.properties",
        (_, text) -> text.toString().replace("BROKER:PLAINTEXT", "BROKER:SASL_SSL") + KAFKA);
    files.computeIfPresent("log4j2.properties", (_, text) -> text + LOGGING);
    mountTls(find(objects, "StatefulSet", "kafka"));
    List<Object> format = list(container(find(objects, "Job", "kafka-format")), "args");
    for (String account : Stream.concat(Stream.of(ADMIN), table.principals().stream()).toList()) {
      format.add("--add-scram");
      format.add("%s=[name=%s,password=%s]".formatted(MECHANISM, account, password(account)));
    }
  }

  private static void secureRedis(Map<String, Object> redis) {
    mountTls(redis);
    List<Object> options = list(container(redis), "args");
    options.set(options.indexOf("--port") + 1, "0");
    options.addAll(
        List.of(
            "--tls-port", "6379",
            "--tls-cert-file", "/tls/redis.crt",
            "--tls-key-file", "/tls/redis.key",
            "--tls-ca-cert-file", "/tls/clients.crt",
            "--tls-auth-clients", "yes"));
    options.addAll(List.of(RedisDeployment.accounts()));
    options.addAll(List.of("--user", "default", "off"));
  }

  private static void mountTls(Map<String, Object> workload) {
    list(container(workload), "volumeMounts")
        .add(Map.of("name", "tls", "mountPath", "/tls", "readOnly", true));
    list(pod(workload), "volumes")
        .add(Map.of("name", "tls", "secret", Map.of("secretName", "servers-tls")));
  }

  private List<Map<String, Object>> secrets() throws IOException {
    String client = text(clients.both());
    var passwords = new HashMap<String, String>();
    var certificates = new HashMap<String, String>();
    for (String account : accounts()) {
      passwords.put(account, password("attune-" + account));
      certificates.put(account + ".pem", client);
    }
    return List.of(
        secret(
            "servers-tls",
            Map.of(
                "kafka.pem", text(kafka.both()),
                "trusted-by-kafka.crt", text(kafka.certificate()) + text(clients.certificate()),
                "redis.crt", text(redis.certificate()),
                "redis.key", text(redis.key()),
                "clients.crt", text(clients.certificate()))),
        secret("attune-kafka", passwords),
        secret(
            AclTable.RESTORE,
            Map.of("username", AclTable.RESTORE, "password", password(AclTable.RESTORE))),
        secret("attune-kafka-certificates", certificates),
        secret("attune-kafka-tls", Map.of("ca.crt", text(kafka.certificate()))),
        secret(
            "attune-registry",
            Map.of("username", SecuredRegistry.USER, "password", SecuredRegistry.PASSWORD)),
        secret("attune-registry-tls", Map.of("ca.crt", text(registry.certificate()))),
        secret(
            "attune-redis",
            Map.of(
                "uri", "rediss://redis:6379",
                "inference", RedisDeployment.PASSWORD,
                "responses", RedisDeployment.PASSWORD)),
        secret("attune-redis-tls", Map.of("ca.crt", text(redis.certificate()), "tls.pem", client)));
  }

  private static Map<String, Object> secret(String name, Map<String, String> entries) {
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "Secret",
        "metadata",
        Map.of("name", name),
        "stringData",
        entries);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  /** Once they run: lets the accounts make and use topics, and secures the registry. */
  void open(Conductor conductor) throws Exception {
    try (Admin admin = Admin.create(operator(conductor).client())) {
      admin.createAcls(table.rights().stream().map(Right::binding).toList()).all().get();
    }
    proxy =
        new SecuredRegistry(
            InetAddress.ofLiteral(Conductor.address()),
            URI.create(PlayedChart.registryUrl()),
            new TlsSettings("", "", registry.store().toString(), Certificates.PASSWORD).context());
  }

  /** Who may do everything. */
  KafkaSettings operator(Conductor conductor) {
    var login = new LoginSettings(ADMIN, password(ADMIN), "");
    var tls = new TlsSettings(kafka.certificate().toString(), "", clients.both().toString(), "");
    return new KafkaSettings(
        conductor.addressOf("kafka-0") + ":9092",
        new SecuritySettings(SecurityProtocol.SASL_SSL, MECHANISM, "", login, tls),
        TopicSettings.STANDARD,
        RegistrySettings.LOCAL,
        Map.of());
  }

  /** What the chart has to be told. */
  Map<String, Object> values() {
    var values = new HashMap<String, Object>();
    values.put("kafka.security.protocol", "SASL_SSL");
    values.put("kafka.security.mechanism", MECHANISM);
    values.put("kafka.tls.secretName", "attune-kafka-tls");
    for (String account : accounts()) {
      String certificate = "kafka.tls.certificateSecrets." + account;
      values.put("kafka.loginSecrets." + account + ".name", "attune-kafka");
      values.put(certificate + ".name", "attune-kafka-certificates");
      values.put(certificate + ".key", account + ".pem");
    }
    values.put("schemaRegistry.url", Objects.requireNonNull(proxy).url());
    values.put("schemaRegistry.credentialsSecret.name", "attune-registry");
    values.put("schemaRegistry.tls.secretName", "attune-registry-tls");
    values.put("redis.passwordSecrets.inference.name", "attune-redis");
    values.put("redis.passwordSecrets.responses.name", "attune-redis");
    values.put("redis.tls.secretName", "attune-redis-tls");
    values.put("redis.tls.clientCertificate", true);
    values.put("jobs.topics.enabled", true);
    return values;
  }

  /** The same while jobs restore. */
  Map<String, Object> restoring() {
    var values = values();
    values.put("kafka.loginSecrets.jobs.name", AclTable.RESTORE);
    values.put("kafka.loginSecrets.jobs.key", "password");
    values.put("kafka.loginSecrets.jobs.usernameKey", "username");
    return values;
  }

  /** Who was let do something, by the broker's log. */
  static List<String> allowed(String log) {
    return log.lines().filter(line -> line.contains(" is Allowed ")).toList();
  }

  static List<String> refused(String log) {
    return log.lines().filter(line -> line.contains(" is Denied ")).distinct().limit(20).toList();
  }

  AclTable table() {
    return table;
  }

  private static Map<String, Object> find(
      Collection<Map<String, Object>> objects, String kind, String name) {
    return objects.stream().filter(object -> is(object, kind, name)).findFirst().orElseThrow();
  }

  private static boolean is(Map<String, Object> object, String kind, String name) {
    return kind.equals(object.get("kind")) && name.equals(inner(object, "metadata").get("name"));
  }

  private static Map<String, Object> pod(Map<String, Object> workload) {
    return inner(inner(inner(workload, "spec"), "template"), "spec");
  }

  private static Map<String, Object> inner(Map<String, Object> object, String name) {
    return Chart.map(Objects.requireNonNull(object.get(name)));
  }

  private static Map<String, Object> container(Map<String, Object> workload) {
    return Chart.map(list(pod(workload), "containers").getFirst());
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<String, Object> object, String name) {
    return (List<Object>) Objects.requireNonNull(object.get(name), name);
  }

  @Override
  public void close() {
    if (proxy != null) {
      proxy.close();
    }
  }
}
