package dev.attune.local.stack;

/** Undoes something when the program is ended, as by Ctrl-C, until this is closed. */
public final class Undo implements AutoCloseable {
  private final Thread hook;

  private Undo(Thread hook) {
    this.hook = hook;
  }

  static Undo by(Runnable undo) {
    var hook = new Thread(undo, "attune-undo");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Undo(hook);
  }

  /** Takes back the promise to undo. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the shutdown has begun, and with it the hook
    }
  }
}
