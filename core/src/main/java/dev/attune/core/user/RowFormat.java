package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;

/** The versions of a state row that can be read; only {@link #NOW} is written. */
enum RowFormat {
  /** Id hashes of six bytes. */
  LONG_IDS(2),
  /** Session ids, channels and names in full, and once more in the ledger. */
  PLAIN_SESSIONS(3),
  /** The time of the first event is not kept. */
  NO_FIRST(4),
  /** What people spent on their answers is not kept. */
  NO_HANDLING(5),
  NOW(6);

  private final int version;

  RowFormat(int version) {
    this.version = version;
  }

  static RowFormat of(int version) {
    for (RowFormat format : values()) {
      if (format.version == version) {
        return format;
      }
    }
    if (version > NOW.version) {
      throw new NewerRowException(version, NOW.version);
    }
    throw new IllegalStateException("unknown version of a state row: " + version);
  }

  int version() {
    return version;
  }

  /** Of a row whose head is written anew before sessions that stay as they are. */
  RowFormat ofKeptTail() {
    return this == LONG_IDS ? PLAIN_SESSIONS : this;
  }

  /** Whether the sessions' texts are packed. */
  boolean isPacked() {
    return this == NO_FIRST || this == NO_HANDLING || this == NOW;
  }

  /** A text of a session. */
  String text(ByteReader in) {
    return isPacked() ? PackedText.read(in) : in.text();
  }

  SeenIds seenIds(ByteReader in) {
    return this == LONG_IDS ? SeenIds.read(in, SeenIds.OLD_WIDTH) : SeenIds.read(in);
  }
}
