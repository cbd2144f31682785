package dev.attune.local.stack;

/** The keys of the local profile; no other profile knows them. */
public final class LocalKeys {
  public static final String WRITE = "local-write";
  public static final String SECRET = "local-secret";

  /** Not a key, but known to the same profile only: it names erased users. */
  public static final String ERASURES = "local-erasure-secret";

  private LocalKeys() {}
}
