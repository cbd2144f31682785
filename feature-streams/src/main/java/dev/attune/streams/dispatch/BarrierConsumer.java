package dev.attune.streams.dispatch;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Passes the barrier before the consumer commits. A dynamic proxy, since two of the interface's
 * sixty methods matter here and the others change with every version of Kafka.
 */
final class BarrierConsumer implements InvocationHandler {

  private static final Set<String> COMMITS = Set.of("commitSync", "commitAsync");

  private final CommitBarrier barrier;
  private final Consumer<byte[], byte[]> delegate;

  private BarrierConsumer(CommitBarrier barrier, Consumer<byte[], byte[]> delegate) {
    this.barrier = barrier;
    this.delegate = delegate;
  }

  @SuppressWarnings("unchecked") // the proxy implements Consumer and hands everything on
  static Consumer<byte[], byte[]> wrap(CommitBarrier barrier, Consumer<byte[], byte[]> delegate) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Consumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new BarrierConsumer(barrier, delegate));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (COMMITS.contains(method.getName())) {
      barrier.pass();
    }
    try {
      return method.invoke(delegate, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
