package dev.attune.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of a provider whose public keys come over HTTP. */
class OidcTest {
  private static final String ISSUER = "https://login.example";
  private static final AtomicInteger READ = new AtomicInteger();

  private static RSAKey key = key("one");
  private static HttpServer provider = provider();

  private static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpServer provider() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  static void start() {
    provider.createContext(
        "/keys",
        exchange -> {
          READ.incrementAndGet();
          byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/jwk-set+json");
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    provider.start();
  }

  @AfterAll
  static void stop() {
    provider.stop(0);
  }

  @Test
  void letsAServerInByItsTokenAndReadsTheKeysOnce() throws Exception {
    Authenticator authenticator = authenticator("/keys");
    int before = READ.get();

    for (int i = 0; i < 5; i++) {
      assertThat(authenticator.authenticate("/v1/events", request(signed(claims -> claims), null)))
          .isEqualTo(new Caller.Server("oidc:crm"));
    }
    assertThat(READ.get() - before).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNotForUsOrOver() throws Exception {
    Authenticator authenticator = authenticator("/keys");
    Date past = Date.from(Instant.now().minusSeconds(120));
    List<String> tokens =
        List.of(
            signed(claims -> claims.issuer("https://evil.example")),
            signed(claims -> claims.audience("another-service")),
            signed(claims -> claims.audience((String) null)),
            signed(claims -> claims.expirationTime(past)),
            signed(claims -> claims.expirationTime(null)),
            signed(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(120)))),
            signed(claims -> claims.subject(null)),
            token(JWSAlgorithm.RS256, new RSASSASigner(key("one")), "one"),
            token(JWSAlgorithm.RS256, new RSASSASigner(key("two")), "two"),
            token(JWSAlgorithm.HS256, new MACSigner(key.toPublicJWK().toString()), "one"),
            new PlainJWT(claims().build()).serialize(),
            "a.b.c",
            "x".repeat(9000) + ".b.c");

    for (String token : tokens) {
      assertThat(status(authenticator, token, null)).as(token).isEqualTo(401);
    }
  }

  @Test
  void tokensAreNotForBrowsers() throws Exception {
    assertThat(status(authenticator("/keys"), signed(claims -> claims), "https://shop.example"))
        .isEqualTo(403);
  }

  @Test
  void saysTryAgainWhenTheProviderIsAway() throws Exception {
    assertThat(status(authenticator("/nothing"), signed(claims -> claims), null)).isEqualTo(503);
  }

  @Test
  void knowsNoTokensUntilAnIssuerIsSet() throws Exception {
    OidcSettings off = new OidcSettings(null, null, null, Duration.ZERO, Duration.ofSeconds(1));
    Authenticator authenticator = authenticator(new OidcTokens(off));

    assertThat(status(authenticator, signed(claims -> claims), null)).isEqualTo(401);
  }

  private static int status(Authenticator authenticator, String token, @Nullable String origin) {
    try {
      authenticator.authenticate("/v1/events", request(token, origin));
      return 200;
    } catch (Problem problem) {
      return problem.status();
    }
  }

  private static Authenticator authenticator(String path) throws IOException {
    URI keys = URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + path);
    return authenticator(
        new OidcTokens(
            new OidcSettings(
                ISSUER, keys, "attune", Duration.ofSeconds(30), Duration.ofSeconds(5))));
  }

  private static Authenticator authenticator(OidcTokens tokens) throws IOException {
    InstantSource clock = InstantSource.system();
    return new Authenticator(
        new LiveKeys(List.of(), null, Duration.ofSeconds(1), clock, _ -> {}),
        tokens,
        new UserSignature(List.of()),
        clock);
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("attune")
        .subject("crm")
        .expirationTime(Date.from(Instant.now().plusSeconds(60)));
  }

  private static String signed(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
    return token(JWSAlgorithm.RS256, new RSASSASigner(key), "one", change.apply(claims()).build());
  }

  private static String token(JWSAlgorithm algorithm, JWSSigner signer, String id)
      throws JOSEException {
    return token(algorithm, signer, id, claims().build());
  }

  private static String token(
      JWSAlgorithm algorithm, JWSSigner signer, String id, JWTClaimsSet claims)
      throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(id).build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private static HttpHeaders request(String token, @Nullable String origin) {
    HttpHeaders headers = new DefaultHttpHeaders().set("Authorization", "Bearer " + token);
    if (origin != null) {
      headers.set("Origin", origin);
    }
    return headers;
  }
}
