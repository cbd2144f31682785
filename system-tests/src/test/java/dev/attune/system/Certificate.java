package dev.attune.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key with a certificate of its own for 127.0.0.1.
 *
 * @param keystore PKCS12 with both
 * @param pem the certificate alone
 */
record Certificate(Path keystore, Path pem) {
  static final String PASSWORD = "changeit";

  static Certificate make(Path folder, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Files.createDirectories(folder);
    Path store = folder.resolve(name + ".p12");
    Files.deleteIfExists(store);
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String options =
        " -genkeypair -storetype PKCS12 -storepass "
            + PASSWORD
            + " -keyalg EC -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -validity 2 -alias "
            + name;
    Process made =
        new ProcessBuilder((keytool + options + " -keystore " + store).split(" "))
            .inheritIO()
            .start();
    if (made.waitFor() != 0) {
      throw new IOException("keytool made no certificate");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(keys.getCertificate(name).getEncoded());
    String pem = "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
    return new Certificate(store, Files.writeString(folder.resolve(name + ".pem"), pem));
  }
}
