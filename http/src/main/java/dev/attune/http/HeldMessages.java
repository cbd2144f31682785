package dev.attune.http;

import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/** What came of a connection's next requests while another one had its turn. */
final class HeldMessages {
  private final Deque<Object> messages = new ArrayDeque<>(2);

  void add(Object message) {
    messages.add(message);
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  Object first() {
    return messages.element();
  }

  Object remove() {
    return messages.remove();
  }

  void release() {
    messages.forEach(ReferenceCountUtil::release);
    messages.clear();
  }
}
