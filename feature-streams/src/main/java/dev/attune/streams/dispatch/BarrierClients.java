package dev.attune.streams.dispatch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's clients, which pass the barrier before they commit. Dynamic proxies, since few methods of
 * the clients matter here and the others change with every version of Kafka.
 */
final class BarrierClients implements KafkaClientSupplier {
  private static final Set<String> COMMITS =
      Set.of("commitSync", "commitAsync", "sendOffsetsToTransaction");

  private final CommitBarrier barrier;
  private final KafkaClientSupplier delegate;

  BarrierClients(CommitBarrier barrier, KafkaClientSupplier delegate) {
    this.barrier = barrier;
    this.delegate = delegate;
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy hands everything on
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return (Producer<byte[], byte[]>) proxy(Producer.class, delegate.getProducer(config));
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy hands everything on
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return (Consumer<byte[], byte[]>) proxy(Consumer.class, delegate.getConsumer(config));
  }

  private Object proxy(Class<?> type, Object client) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (_, method, arguments) -> {
          before(method.getName(), client);
          return invoke(method, client, arguments);
        });
  }

  private void before(String method, Object client) {
    if (COMMITS.contains(method)) {
      barrier.pass();
    } else if (method.equals("flush") && client instanceof Producer<?, ?> producer) {
      // Kafka Streams flushes what a task has sent before it commits
      barrier.here().sendsWith(producer);
    }
  }

  private static Object invoke(Method method, Object client, Object[] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return delegate.getAdmin(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return delegate.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return delegate.getGlobalConsumer(config);
  }
}
