package dev.attune.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open connections, their bounds and their deadlines. When they are too many, those are shed
 * that have waited longest for their clients. A client that means well hardly notices: at rest it
 * connects again, and its requests are on their way for milliseconds. Only when all are being
 * answered is a newcomer closed.
 */
// a close that fails has nothing left to close
@SuppressWarnings("FutureReturnValueIgnored")
final class Connections {
  /** Told to a connection whose client is too late. */
  static final Object TIME_IS_OVER = new Object();

  /** One look at all of them makes room for this share of them. */
  private static final int SHED_SHARE = 64;

  private record Open(Channel channel, Object peer, ClientClock clock) {}

  private record Waiting(Open open, long nanos) {}

  private final HttpSettings settings;
  private final ConnectionMeters meters;
  private final ReentrantLock joining = new ReentrantLock();
  private final Map<Channel, Open> all = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Object, Integer> numberOfPeer = new ConcurrentHashMap<>();

  Connections(HttpSettings settings, ConnectionMeters meters) {
    this.settings = settings;
    this.meters = meters;
    meters.open(number);
    meters.inFlight(this);
  }

  /** How many requests are being answered: a connection's are answered one after the other. */
  int inFlight() {
    long now = System.nanoTime();
    return (int) all.values().stream().filter(open -> open.clock.waited(now) < 0).count();
  }

  /** False when there is no room and nobody to make it. */
  boolean join(Channel channel, ClientClock clock) {
    Object peer = peer(channel.remoteAddress());
    // several threads accept, and room for one is room for one
    joining.lock();
    try {
      if (!hasRoom(peer)) {
        meters.closed("full");
        return false;
      }
      enter(new Open(channel, peer, clock));
    } finally {
      joining.unlock();
    }
    channel.closeFuture().addListener(closed -> leave(channel));
    return true;
  }

  private void enter(Open open) {
    number.incrementAndGet();
    numberOfPeer.merge(open.peer, 1, Integer::sum);
    all.put(open.channel, open);
  }

  private boolean hasRoom(Object peer) {
    int most = settings.maxConnections();
    int mostOfPeer = settings.maxConnectionsPerPeer();
    int tooMany = number.get() + 1 - most;
    if (tooMany > 0 && !shed(tooMany, most, open -> true)) {
      return false;
    }
    int tooManyOfPeer = numberOfPeer.getOrDefault(peer, 0) + 1 - mostOfPeer;
    return tooManyOfPeer <= 0 || shed(tooManyOfPeer, mostOfPeer, open -> open.peer.equals(peer));
  }

  private void leave(Channel channel) {
    Open left = all.remove(channel);
    if (left != null) {
      number.decrementAndGet();
      numberOfPeer.computeIfPresent(left.peer, (peer, n) -> n == 1 ? null : n - 1);
    }
  }

  /**
   * Sheds so many at least, if there are.
   *
   * @param most that may be open
   * @return whether there was anybody to be shed
   */
  private boolean shed(int least, int most, Predicate<Open> whom) {
    long now = System.nanoTime();
    List<Waiting> longest =
        all.values().stream()
            .filter(whom)
            .map(open -> new Waiting(open, open.clock.waited(now)))
            .filter(waiting -> waiting.nanos >= 0)
            .sorted(Comparator.comparingLong(Waiting::nanos).reversed())
            .limit(Math.max(least, most / SHED_SHARE))
            .toList();
    longest.forEach(waiting -> shed(waiting.open));
    return !longest.isEmpty();
  }

  /**
   * On its own thread, since its client may have sent something meanwhile: then it comes back.
   * Until then it doesn't count, or each newcomer of a burst would choose the same ones.
   */
  private void shed(Open open) {
    leave(open.channel);
    open.channel
        .eventLoop()
        .execute(
            () -> {
              if (!open.channel.isOpen()) {
                return;
              }
              if (open.clock.waited(System.nanoTime()) < 0) {
                enter(open);
                return;
              }
              meters.closed("shed");
              open.channel.flush();
              open.channel.close();
            });
  }

  /** Ends those whose clients are too late. To be called again and again. */
  void look() {
    long now = System.nanoTime();
    for (Open open : all.values()) {
      if (open.clock.isDue(now)) {
        open.channel.eventLoop().execute(() -> endIfOver(open));
      }
    }
  }

  private void endIfOver(Open open) {
    if (open.clock.over(System.nanoTime())) {
      meters.closed(open.clock.awaited().reason());
      open.channel.pipeline().fireUserEventTriggered(TIME_IS_OVER);
    }
  }

  /** Tells all; done when none is left. */
  void end(Object event, Runnable done) {
    ChannelGroup left = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    left.addAll(all.keySet());
    left.forEach(channel -> channel.pipeline().fireUserEventTriggered(event));
    left.newCloseFuture().addListener(closed -> done.run());
  }

  /** Who has an IPv6 network has 2^64 addresses in it. */
  static Object peer(@Nullable SocketAddress remote) {
    if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return inet.getAddress() instanceof Inet6Address six
          ? (Object) ByteBuffer.wrap(six.getAddress()).getLong()
          : inet.getAddress();
    }
    return "unknown";
  }
}
