package dev.attune.inference;

import dev.attune.predictions.Certificates;
import java.util.Properties;

/** What this JVM trusts where nothing else is said; until it is closed. */
public final class JvmTrust implements AutoCloseable {
  private static final String STORE = "javax.net.ssl.trustStore";

  private final Properties before = new Properties();

  private JvmTrust(Certificates trusted) {
    before.putAll(System.getProperties());
    System.setProperty(STORE, trusted.store().toString());
    System.setProperty(STORE + "Password", Certificates.PASSWORD);
  }

  public static JvmTrust of(Certificates trusted) {
    return new JvmTrust(trusted);
  }

  @Override
  public void close() {
    System.setProperties(before);
  }
}
