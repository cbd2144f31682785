package dev.attune.local.infra;

/** A server could not be started or stopped; the message is one plain sentence for the user. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ServerException(String message) {
    super(message);
  }

  /** Of a part that nobody has started. */
  public static ServerException notStarted(String part, int port) {
    return new ServerException(
        "No %s answers on port %d; ./attune up starts the stack.".formatted(part, port));
  }

  public ServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
