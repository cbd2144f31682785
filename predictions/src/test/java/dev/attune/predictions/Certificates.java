package dev.attune.predictions;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A key with a certificate of its own, for 127.0.0.1 unless told otherwise, which serves both sides
 * of a connection.
 *
 * @param store PKCS12 with both, by {@link #PASSWORD}
 * @param both PEM, the key and its certificate
 */
public record Certificates(Path certificate, Path key, Path both, Path store) {
  public static final String PASSWORD = "changeit";

  private static final String MAKE =
      "-genkeypair -storetype PKCS12 -storepass %s -keyalg EC -dname %s"
          + " -ext san=%s -validity 2 -alias %s -keystore";

  public static Certificates make(Path dir, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    return make(dir, name, "CN=127.0.0.1");
  }

  /**
   * @param subject a distinguished name without blanks
   */
  public static Certificates make(Path dir, String name, String subject)
      throws IOException, InterruptedException, GeneralSecurityException {
    return make(dir, name, subject, "ip:127.0.0.1");
  }

  /**
   * @param subject a distinguished name without blanks
   * @param hosts whom it is for, such as {@code dns:kafka,ip:10.0.0.1}
   */
  public static Certificates make(Path dir, String name, String subject, String hosts)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = dir.resolve(name + ".p12");
    keytool(MAKE.formatted(PASSWORD, subject, hosts, name), store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    String key = pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
    String certificate = pem("CERTIFICATE", keys.getCertificate(name).getEncoded());
    return new Certificates(
        Files.writeString(dir.resolve(name + ".crt"), certificate),
        Files.writeString(dir.resolve(name + ".key"), key),
        Files.writeString(dir.resolve(name + ".pem"), key + certificate),
        store);
  }

  private static void keytool(String options, Path store) throws IOException, InterruptedException {
    Path log = store.resolveSibling(store.getFileName() + ".log");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        Stream.of(List.of(keytool), List.of(options.split(" ")), List.of(store.toString()))
            .flatMap(List::stream)
            .toList();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(Files.readString(log));
    }
  }

  private static String pem(String type, byte[] content) {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
