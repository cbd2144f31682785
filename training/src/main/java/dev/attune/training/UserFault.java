package dev.attune.training;

/** What the user of the command line can put right; the message is one plain sentence. */
public final class UserFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserFault(String message) {
    super(message);
  }

  public UserFault(String message, Throwable cause) {
    super(message, cause);
  }
}
