package dev.attune.kafka;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The schema registry.
 *
 * <p>The URL is text: Spring's own conversion to a URI encodes an encoded letter once more.
 *
 * @param url of its Confluent-compatible API, such as {@code http://registry:8081/apis/ccompat/v7};
 *     may hold name and password, reserved letters as {@code %40}
 * @param timeout of one call with its retries; shorter than the gateway's deadline, since a batch
 *     with a schema id not seen before waits for it, and so does a stream thread
 * @param login for basic authentication
 * @param tls its own: a registry rarely has the broker's certificate
 */
public record RegistrySettings(
    @DefaultValue("http://127.0.0.1:7081/apis/ccompat/v7") String url,
    @DefaultValue("3s") Duration timeout,
    @DefaultValue @NestedConfigurationProperty LoginSettings login,
    @DefaultValue @NestedConfigurationProperty TlsSettings tls) {
  private static final String URL = "attune.kafka.registry.url must be an http or https URL";

  public static final RegistrySettings LOCAL =
      RegistrySettings.of(
          URI.create("http://127.0.0.1:7081/apis/ccompat/v7"), Duration.ofSeconds(3));

  public RegistrySettings {
    url = url.strip();
    URI address = address(url);
    boolean https = "https".equals(address.getScheme());
    login.check("attune.kafka.registry.login");
    tls.check("attune.kafka.registry.tls");
    Assert.isTrue((https || "http".equals(address.getScheme())) && address.getHost() != null, URL);
    String userInfo = address.getUserInfo();
    if (userInfo != null) {
      Assert.isTrue(
          !login.isGiven(),
          "attune.kafka.registry.url and attune.kafka.registry.login.username both name a user");
      login = LoginSettings.ofUserInfo(userInfo);
      url = url.replace(address.getRawUserInfo() + "@", "");
    }
    Assert.isTrue(https || !tls.isGiven(), "attune.kafka.registry.tls belongs to an https:// URL");
    Assert.isTrue(timeout.isPositive(), "attune.kafka.registry.timeout must be positive");
  }

  private static URI address(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      // without the cause, whose text holds the password
      throw new IllegalArgumentException(URL);
    }
  }

  /** Without credentials. */
  public static RegistrySettings of(URI url, Duration timeout) {
    return new RegistrySettings(url.toString(), timeout, LoginSettings.NONE, TlsSettings.NONE);
  }

  /** The same for somebody who rather waits: a call has at least so long. */
  public RegistrySettings patient(Duration least) {
    return timeout.compareTo(least) < 0 ? new RegistrySettings(url, least, login, tls) : this;
  }

  /** The header that proves who asks; empty where nobody asks for it. */
  public Optional<String> authorization() {
    return login.isGiven()
        ? Optional.of("Basic " + base64(login.username() + ":" + login.secret()))
        : Optional.empty();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
