package dev.attune.predictions;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;

/** Lends a client a thread that somebody else starts and ends. */
record SharedEventLoop(EventLoop thread) implements EventLoopGroupProvider {
  @Override
  @SuppressWarnings("unchecked") // the client asks for no more than a group
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    return (T) thread;
  }

  @Override
  public int threadPoolSize() {
    return 1;
  }

  @Override
  public Future<Boolean> release(
      EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
    return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
  }
}
