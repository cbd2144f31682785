package dev.attune.local.stack;

/** Is told what the stack does while it does it, from several threads. */
public interface StackListener {
  /** Hears nothing. */
  StackListener SILENT =
      new StackListener() {
        @Override
        public void changed(Part part, Phase phase) {}
      };

  void changed(Part part, Phase phase);

  /** What happens to a part. */
  enum Phase {
    RUNNING_ALREADY,
    STARTING,
    READY,
    FAILED,
    STOPPING,
    STOPPED
  }
}
