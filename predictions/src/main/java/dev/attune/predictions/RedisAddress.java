package dev.attune.predictions;

import dev.attune.predictions.RedisSettings.Login;
import dev.attune.predictions.RedisSettings.Mode;
import dev.attune.predictions.RedisSettings.Tls;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import java.io.File;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Where Redis is and who asks, as Lettuce has it. */
final class RedisAddress {
  private static final int STANDARD_PORT = 6379;

  private final RedisSettings settings;
  private final String name;

  RedisAddress(RedisSettings settings, String name) {
    this.settings = settings;
    this.name = name;
  }

  /** The server, or the sentinels that know it. */
  RedisURI single() {
    if (settings.mode() == Mode.STANDALONE) {
      return withLogin(of(settings.address()), settings.login());
    }
    RedisURI.Builder primary = RedisURI.builder();
    addresses()
        .map(node -> withLogin(of(node), settings.sentinel().login()))
        .forEach(primary::withSentinel);
    RedisURI uri = primary.withSentinelMasterId(settings.sentinel().masterName()).build();
    uri.applySsl(of(settings.address()));
    uri.setTimeout(settings.timeout());
    uri.setClientName(name);
    uri.setDatabase(database());
    return withLogin(uri, settings.login());
  }

  /** Some of a cluster's nodes; they tell the others. */
  List<RedisURI> nodes() {
    return addresses().map(node -> withLogin(of(node), settings.login())).toList();
  }

  private Stream<URI> addresses() {
    return Stream.concat(
        Stream.of(settings.address()),
        settings.nodes().stream().map(node -> URI.create("redis://" + node)));
  }

  private RedisURI of(URI address) {
    int port = address.getPort() < 0 ? STANDARD_PORT : address.getPort();
    RedisURI uri =
        RedisURI.Builder.redis(address.getHost(), port)
            .withSsl(settings.uri().startsWith("rediss:"))
            // the certificate must be the host's too: what is trusted may sign for everybody
            .withVerifyPeer(SslVerifyMode.FULL)
            // of the first answers on a connection
            .withTimeout(settings.timeout())
            .withClientName(name)
            // two commands less to allow and to wait for
            .withLibraryName("")
            .withLibraryVersion("")
            .build();
    uri.setDatabase(settings.mode() == Mode.STANDALONE ? database() : 0);
    return uri;
  }

  private int database() {
    String path = settings.address().getPath();
    return path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
  }

  private static RedisURI withLogin(RedisURI uri, Login login) {
    if (login.isGiven()) {
      String user = login.username().isEmpty() ? null : login.username();
      uri.setCredentialsProvider(
          RedisCredentialsProvider.from(
              () -> RedisCredentials.just(user, login.secret().toCharArray())));
    }
    return uri;
  }

  /** Files are read at each connection, so that renewed certificates serve. */
  SslOptions sslOptions() {
    Tls tls = settings.tls();
    SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
    if (!tls.truststore().isEmpty()) {
      File file = new File(tls.truststore());
      if (Tls.isPem(tls.truststore())) {
        options.trustManager(file);
      } else {
        options.truststore(file, tls.truststorePassword());
      }
    }
    if (!tls.keystore().isEmpty()) {
      File file = new File(tls.keystore());
      char[] password = tls.keystorePassword().toCharArray();
      if (Tls.isPem(tls.keystore())) {
        options.keyManager(file, file, password);
      } else {
        options.keyStoreType("PKCS12").keystore(file, password);
      }
    }
    return options.build();
  }
}
