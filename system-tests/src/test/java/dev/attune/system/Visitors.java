package dev.attune.system;

import dev.attune.local.client.ResponsesClient.Question;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Customers who write and are answered, one after the other, until this is closed. */
final class Visitors implements AutoCloseable {
  private static final int USERS = 300;

  private final RunningStack stack;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Thread thread;

  private Visitors(RunningStack stack) {
    this.stack = stack;
    this.thread = Thread.ofPlatform().name("visitors").start(this::visit);
  }

  static Visitors of(RunningStack stack) {
    return new Visitors(stack);
  }

  private void visit() {
    for (int n = 0; !stopped.get(); n = (n + 1) % USERS) {
      String user = "visitor-" + n;
      String token =
          stack
              .gateway
              .send(List.of(Events.messageSent(user, "where is my order")))
              .tokens()
              .get(user);
      stack.responses.ask(new Question(user, user + "-1", "greeting", "en-US", token, 200));
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped.set(true);
    thread.join();
  }
}
