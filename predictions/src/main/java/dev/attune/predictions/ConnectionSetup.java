package dev.attune.predictions;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What each connection of a client gets on top, and how many there are and were. */
final class ConnectionSetup implements NettyCustomizer {
  private final Duration longestSilence;
  private final AtomicLong made = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();

  ConnectionSetup(Duration longestSilence) {
    this.longestSilence = longestSilence;
  }

  @Override
  public void afterChannelInitialized(Channel channel) {
    made.incrementAndGet();
    open.incrementAndGet();
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    channel
        .pipeline()
        .addFirst(
            new SilentConnection(longestSilence),
            // all that a round of the thread asks for goes out in one system call
            new FlushConsolidationHandler(
                FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
  }

  /** Whether there is any connection. */
  boolean isOpen() {
    return open.get() > 0;
  }

  /** Grows with every connection, so one that broke and came back shows. */
  long made() {
    return made.get();
  }
}
