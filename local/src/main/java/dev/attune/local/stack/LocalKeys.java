package dev.attune.local.stack;

/** The keys of the local profile; no other profile knows them. */
public final class LocalKeys {
  public static final String WRITE = "local-write";
  public static final String SECRET = "local-secret";

  private LocalKeys() {}
}
