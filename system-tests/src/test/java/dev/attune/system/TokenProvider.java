package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An OpenID Connect provider, its tokens, and tokens that look like them. */
final class TokenProvider implements AutoCloseable {
  private static final String ISSUER = "https://login.example";
  private static final String AUDIENCE = "attune";
  private static final String RS256 = "{\"alg\":\"RS256\",\"kid\":\"one\"}";

  private final KeyPair key = pair();
  private final KeyPair stranger = pair();
  private final HttpServer server;

  TokenProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] keys = keys().getBytes(UTF_8);
    server.createContext(
        "/keys",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/jwk-set+json");
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    server.start();
  }

  /** What a gateway needs to take its tokens. */
  Map<String, String> environment() {
    return Map.of(
        "ATTUNE_OIDC_ISSUER",
        ISSUER,
        "ATTUNE_OIDC_AUDIENCE",
        AUDIENCE,
        "ATTUNE_OIDC_JWKS_URI",
        "http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
  }

  String rightful() throws GeneralSecurityException {
    return signed(RS256, claims(ISSUER, AUDIENCE, 60), key);
  }

  /** By what is wrong with them. */
  Map<String, String> forged() throws GeneralSecurityException {
    String claims = claims(ISSUER, AUDIENCE, 60);
    String right = rightful();
    String unsigned = right.substring(0, right.lastIndexOf('.') + 1);
    String signature = right.substring(right.lastIndexOf('.'));
    Map<String, String> forged = new LinkedHashMap<>();
    forged.put("another key", signed(RS256, claims, stranger));
    forged.put("another key's id", signed(RS256.replace("one", "two"), claims, stranger));
    forged.put(
        "a key of its own",
        signed("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:9/keys\"}", claims, stranger));
    forged.put("no signature", unsigned);
    forged.put("no algorithm", base64("{\"alg\":\"none\"}") + "." + base64(claims) + ".");
    forged.put(
        "no algorithm, signed", base64("{\"alg\":\"none\"}") + "." + base64(claims) + signature);
    forged.put("the public key as a password", byPublicKey(claims));
    forged.put(
        "other claims", base64(RS256) + "." + base64(claims.replace("crm", "ceo")) + signature);
    forged.put("another issuer", signed(RS256, claims("https://evil.example", AUDIENCE, 60), key));
    forged.put("another audience", signed(RS256, claims(ISSUER, "another", 60), key));
    forged.put("expired", signed(RS256, claims(ISSUER, AUDIENCE, -120), key));
    forged.put("two dots", "..");
    forged.put("four parts", right + "." + base64("more"));
    return forged;
  }

  /** A library that lets the token choose the algorithm takes the public key for the secret. */
  private String byPublicKey(String claims) throws GeneralSecurityException {
    String content = base64("{\"alg\":\"HS256\",\"kid\":\"one\"}") + "." + base64(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getPublic().getEncoded(), "HmacSHA256"));
    return content + "." + base64(mac.doFinal(content.getBytes(UTF_8)));
  }

  private static String claims(String issuer, String audience, long seconds) {
    return "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"crm\",\"exp\":%d}"
        .formatted(issuer, audience, Instant.now().plusSeconds(seconds).getEpochSecond());
  }

  private static String signed(String head, String claims, KeyPair by)
      throws GeneralSecurityException {
    String content = base64(head) + "." + base64(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(by.getPrivate());
    signature.update(content.getBytes(UTF_8));
    return content + "." + base64(signature.sign());
  }

  private String keys() {
    RSAPublicKey known = (RSAPublicKey) key.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"one\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(unsigned(known.getModulus()), unsigned(known.getPublicExponent()));
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    return base64(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
