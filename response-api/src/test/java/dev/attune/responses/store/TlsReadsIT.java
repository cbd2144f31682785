package dev.attune.responses.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.http.ServerLoops;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.RedisServer;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerProcess;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.XAddParams;

/** A Redis that talks TLS with those alone who hold its certificate, which is for 127.0.0.1. */
class TlsReadsIT {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final byte[] KEY = "attune:tls".getBytes(UTF_8);
  private static final Duration BUDGET = Duration.ofSeconds(5);

  private static final MultiThreadIoEventLoopGroup THREADS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @TempDir private static Path dir;

  private static SSLContext before;
  private static TlsRedis redis;
  private static ServerProcess process;

  @BeforeAll
  static void start() throws Exception {
    KeyStore keys = keys();
    before = SSLContext.getDefault();
    // as javax.net.ssl.keyStore and trustStore do for a JVM that starts with them
    SSLContext.setDefault(context(keys));
    redis = new TlsRedis(new RedisServer(dir, Ports.free()), Ports.free());
    process = ServerProcess.start(redis, dir.resolve("redis.log"));
    process.awaitReady(Duration.ofSeconds(30));
    try (Jedis plain = new Jedis("127.0.0.1", redis.port())) {
      plain.xadd(
          KEY,
          Map.of("p".getBytes(UTF_8), "a prediction".getBytes(UTF_8)),
          XAddParams.xAddParams().id("1-1"));
    }
  }

  @AfterAll
  static void stop() {
    SSLContext.setDefault(before);
    process.kill();
    var unused = THREADS.shutdownGracefully();
  }

  @Test
  void readsOverMutualTls() {
    URI uri = uri("127.0.0.1");

    List<?> entry = (List<?>) newest(uri).getFirst();

    assertThat((byte[]) ((List<?>) entry.get(1)).get(1)).asString(UTF_8).isEqualTo("a prediction");
    try (RedisClient jedis = RedisConnections.asking(settings(uri))) {
      assertThat(jedis.xlen(KEY)).isOne();
    }
  }

  @Test
  void trustsNoCertificateOfAnotherHost() {
    URI uri = uri("localhost");

    assertThatThrownBy(() -> newest(uri)).hasCauseInstanceOf(SharedReads.Failure.class);
    try (RedisClient jedis = RedisConnections.asking(settings(uri))) {
      assertThatThrownBy(() -> jedis.xlen(KEY)).hasRootCauseInstanceOf(CertificateException.class);
    }
  }

  private static List<?> newest(URI uri) {
    var thread = THREADS.next();
    var connector =
        new ReadConnector(uri, new ServerLoops(List.of(thread), NioSocketChannel.class));
    var breaker = CircuitBreaker.ofDefaults("redis");
    var reads = new SharedReads(thread, connector, BUDGET.toNanos(), breaker);
    try {
      return reads.newest(KEY).join();
    } finally {
      reads.close();
    }
  }

  private static StoreSettings settings(URI uri) {
    Duration any = Duration.ofMillis(100);
    return new StoreSettings(uri, BUDGET, BUDGET, 1, 1, 0, any, any);
  }

  private static URI uri(String host) {
    return URI.create("rediss://" + host + ":" + redis.tlsPort());
  }

  private static KeyStore keys() throws Exception {
    Path store = dir.resolve("keys.p12");
    Path log = dir.resolve("keytool.log");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String options =
        " -genkeypair -storetype PKCS12 -storepass changeit -alias redis -keyalg EC"
            + " -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -validity 2 -keystore ";
    List<String> command = new ArrayList<>(List.of((keytool + options).split(" ")));
    command.add(store.toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(Files.readString(log));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    keys.setCertificateEntry("trusted", keys.getCertificate("redis"));
    pem("CERTIFICATE", keys.getCertificate("redis").getEncoded(), TlsRedis.CERTIFICATE);
    pem("PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded(), TlsRedis.PRIVATE_KEY);
    return keys;
  }

  private static void pem(String type, byte[] content, String file) throws IOException {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Files.writeString(
        dir.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, body));
  }

  private static SSLContext context(KeyStore keys) throws Exception {
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  private record TlsRedis(RedisServer plain, int tlsPort) implements Server {

    static final String CERTIFICATE = "redis.crt";
    static final String PRIVATE_KEY = "redis.key";

    @Override
    public String name() {
      return plain.name();
    }

    @Override
    public int port() {
      return plain.port();
    }

    @Override
    public List<String> command() {
      List<String> command = new ArrayList<>(plain.command());
      command.addAll(List.of("--tls-port", Integer.toString(tlsPort)));
      command.addAll(List.of("--tls-cert-file", CERTIFICATE, "--tls-key-file", PRIVATE_KEY));
      command.addAll(List.of("--tls-ca-cert-file", CERTIFICATE, "--tls-auth-clients", "yes"));
      return command;
    }

    @Override
    public Path directory() {
      return plain.directory();
    }

    @Override
    public boolean isReady() {
      return plain.isReady();
    }
  }
}
