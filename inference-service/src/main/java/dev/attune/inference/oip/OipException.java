package dev.attune.inference.oip;

/** Why the protocol's call gets an error; the message is shown to the caller. */
final class OipException extends RuntimeException {
  /** The error's kind; each edge has its status for it. */
  enum Kind {
    INVALID,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    FAILED
  }

  private final Kind kind;

  OipException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static OipException invalid(String message) {
    return new OipException(Kind.INVALID, message);
  }

  Kind kind() {
    return kind;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
