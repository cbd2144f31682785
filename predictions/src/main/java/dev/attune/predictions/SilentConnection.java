package dev.attune.predictions;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Hangs up on a server that was asked something and then says nothing for too long: its machine is
 * gone, or its process stands still. The client then connects anew. Behind sentinels it asks them
 * first which server is the primary now. A late answer is lost with the connection, so it is never
 * taken for another's.
 */
final class SilentConnection extends ChannelDuplexHandler {
  private final long longest;

  /** Asked, and nothing heard since. */
  private boolean waiting;

  private long askedAt;
  private boolean watched;

  SilentConnection(Duration longest) {
    this.longest = longest.toNanos();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!waiting) {
      waiting = true;
      askedAt = System.nanoTime();
      watch(context, longest);
    }
    context.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    waiting = false;
    context.fireChannelRead(message);
  }

  /** One look at the clock for many questions: most are long answered by then. */
  private void watch(ChannelHandlerContext context, long nanos) {
    if (!watched) {
      watched = true;
      var unused = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look(ChannelHandlerContext context) {
    watched = false;
    if (!waiting) {
      return;
    }
    long left = askedAt + longest - System.nanoTime();
    if (left > 0) {
      watch(context, left);
    } else {
      var unused = context.close();
    }
  }
}
