package dev.attune.chaos.load;

import dev.attune.chaos.Progress;
import dev.attune.chaos.ledger.Ledger;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.StackSettings;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Senders and chat clients at work until they are stopped. */
public final class Load implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long VIEW_MILLIS = 500;

  private final LoadShape shape;
  private final Progress progress;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Balancer gateways;
  private final Balancer responses;
  private final Ledger ledger = new Ledger();
  private final RequestCounts attempts = new RequestCounts();
  private volatile ReplyCounts replies = new ReplyCounts();
  private final AtomicBoolean sendersEnd = new AtomicBoolean();
  private final AtomicBoolean chatsEnd = new AtomicBoolean();
  private final List<Thread> senders = new ArrayList<>();
  private final List<Thread> chats = new ArrayList<>();
  private final long began = System.nanoTime();

  private Load(Balancer gateways, Balancer responses, LoadShape shape, Progress progress) {
    this.shape = shape;
    this.progress = progress;
    this.gateways = gateways;
    this.responses = responses;
  }

  public static Load on(StackSettings stack, LoadShape shape, long seed, Progress progress) {
    return on(stack.gatewayUrl(), stack.responsesUrl(), shape, seed, progress);
  }

  /** On services that are no local stack's. */
  public static Load on(
      String gatewayUrl, String responsesUrl, LoadShape shape, long seed, Progress progress) {
    var load = new Load(new Balancer(gatewayUrl), new Balancer(responsesUrl), shape, progress);
    progress.say(load.text());
    load.start(new SplittableRandom(seed));
    return load;
  }

  private void start(SplittableRandom random) {
    for (int i = 0; i < shape.senders(); i++) {
      var sender =
          new EventSender(
              i, shape, gateways, http, ledger, attempts, sendersEnd::get, random.split());
      senders.add(Thread.ofVirtual().name("sender-" + i).start(sender));
    }
    for (int i = 0; i < shape.chats(); i++) {
      var chat =
          new ChatClient(
              shape, responses, http, ledger, () -> replies, chatsEnd::get, random.split());
      chats.add(Thread.ofVirtual().name("chat-" + i).start(chat));
    }
    var unused = Thread.ofVirtual().name("view").start(this::view);
  }

  private void view() {
    try {
      while (!chatsEnd.get()) {
        progress.state(state());
        TimeUnit.MILLISECONDS.sleep(VIEW_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String state() {
    return String.format(
        Locale.ROOT,
        "%3d s  %,d events accepted  %,d answers 503  %,d broken  %,d replies, %,d failed",
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
        ledger.accepted(),
        attempts.unavailable(),
        attempts.broken(),
        replies.all(),
        replies.failures());
  }

  /** Lets the load be for a while. */
  public void run(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }

  /** Returns when so many more events were accepted; a gateway that is away may take its time. */
  public void awaitAccepted(int more) throws InterruptedException {
    long wanted = ledger.accepted() + more;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ledger.accepted() < wanted) {
      if (System.nanoTime() > deadline) {
        throw new ServerException(
            "No %d events were accepted within %d s.".formatted(more, PATIENCE.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** No further event; returns when those under way are answered, or were tried long enough. */
  public void stopSending() throws InterruptedException {
    sendersEnd.set(true);
    for (Thread sender : senders) {
      sender.join();
    }
  }

  public Ledger ledger() {
    return ledger;
  }

  public RequestCounts attempts() {
    return attempts;
  }

  /** Replies since the last call. */
  public synchronized ReplyCounts takeReplies() {
    ReplyCounts taken = replies;
    replies = new ReplyCounts();
    return taken;
  }

  public Balancer gateways() {
    return gateways;
  }

  public Balancer responses() {
    return responses;
  }

  private String text() {
    return "load: %d events a second of %d users, %d chat clients"
        .formatted(shape.perSecond(), shape.senders() * shape.usersPerSender(), shape.chats());
  }

  @Override
  public void close() {
    sendersEnd.set(true);
    chatsEnd.set(true);
    http.shutdownNow();
    senders.forEach(Thread::interrupt);
    chats.forEach(Thread::interrupt);
  }
}
