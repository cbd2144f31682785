package dev.attune.responses.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads over one connection that share its round trips, on the thread of an event loop that serves
 * the clients as well. All reads that the loop's round brings, and those that come until the
 * answers are there, are sent in one write: under load one write, one wake-up of Redis and one read
 * serve many, and an answer is handed over to no other thread.
 *
 * <p>No answer comes later than the budget of the oldest read that shares its round trip. When that
 * ends in silence the connection is given up, so that no late answer is taken for another's, and
 * all that are queued by then have failed too. A connection that breaks is made anew once for what
 * it left unanswered.
 *
 * <p>All but {@link #newest} and {@link #close} belongs to the loop's thread.
 */
// what fails on a connection closes it
@SuppressWarnings("FutureReturnValueIgnored")
final class SharedReads {

  /** Without a stack trace: thousands a second fail while Redis is away. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message, null, false, false);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SharedReads.class);

  /** A round trip. */
  private static final int MOST = 64;

  private static final byte[] BEFORE_KEY = ascii("*6\r\n$9\r\nXREVRANGE\r\n$");
  private static final byte[] AFTER_KEY =
      ascii("\r\n$1\r\n+\r\n$1\r\n-\r\n$5\r\nCOUNT\r\n$1\r\n1\r\n");
  private static final byte[] LINE_END = ascii("\r\n");

  private final EventLoop loop;
  private final ReadConnector connector;
  private final long budgetNanos;
  private final CircuitBreaker breaker;
  private final Deque<Read> queue = new ArrayDeque<>();

  /** The round trip under way. */
  private final Deque<Read> asked = new ArrayDeque<>();

  /** Answered, and still to be told. */
  private final Deque<Read> done = new ArrayDeque<>();

  /** A round trip is under way or about to begin. */
  private boolean busy;

  private long began;
  private boolean triedAnew;
  private boolean watched;
  private @Nullable Channel connection;
  private boolean connecting;

  /**
   * @param breaker asked and told once a round trip: one that failed is one failure, however many
   *     shared it
   */
  SharedReads(EventLoop loop, ReadConnector connector, long budgetNanos, CircuitBreaker breaker) {
    this.loop = loop;
    this.connector = connector;
    this.budgetNanos = budgetNanos;
    this.breaker = breaker;
  }

  /**
   * The newest entry of a stream, as Redis answers XREVRANGE; completed on the loop's thread, which
   * what follows must not keep. Fails with a {@link Failure} when there is no answer within the
   * budget, or an error.
   */
  CompletableFuture<List<?>> newest(byte[] key) {
    Read read = new Read(key);
    if (loop.inEventLoop()) {
      add(read);
    } else {
      loop.execute(() -> add(read));
    }
    return read.answer;
  }

  private void add(Read read) {
    queue.add(read);
    if (!busy) {
      busy = true;
      // behind all that this round of the loop brings
      loop.execute(this::next);
    }
  }

  private void next() {
    if (queue.isEmpty()) {
      busy = false;
      return;
    }
    if (!breaker.tryAcquirePermission()) {
      failAll(new Failure("not asked, it fails lately"));
      return;
    }
    began = System.nanoTime();
    triedAnew = false;
    for (int i = 0; i < MOST && !queue.isEmpty(); i++) {
      asked.add(queue.remove());
    }
    watch(asked.getFirst());
    ask();
  }

  private void ask() {
    Channel open = connection;
    if (open == null) {
      connect();
      return;
    }
    ByteBuf commands = open.alloc().ioBuffer();
    asked.forEach(read -> read.write(commands));
    open.writeAndFlush(commands, open.voidPromise());
  }

  private void connect() {
    if (connecting) {
      return;
    }
    connecting = true;
    connector
        .connect(loop)
        .whenCompleteAsync(
            (channel, failure) -> {
              connecting = false;
              if (failure != null) {
                LOG.debug("No connection to Redis", failure);
                broke();
                return;
              }
              connection = channel;
              channel.pipeline().addLast(new Answers());
              channel.closeFuture().addListener(closed -> lost(channel));
              if (!asked.isEmpty()) {
                ask();
              }
            },
            loop);
  }

  private void lost(Channel channel) {
    if (connection == channel) {
      connection = null;
      broke();
    }
  }

  private void broke() {
    if (asked.isEmpty()) {
      return;
    }
    if (triedAnew) {
      fail(new Failure("the connection broke"));
    } else {
      triedAnew = true;
      ask();
    }
  }

  private void answered(@Nullable Object answer) {
    Read read = asked.remove();
    read.said = answer;
    done.add(read);
    if (asked.isEmpty()) {
      breaker.onSuccess(System.nanoTime() - began, TimeUnit.NANOSECONDS);
      // Redis works on what came meanwhile while replies are made of this
      next();
    }
  }

  private void tell() {
    for (Read read = done.poll(); read != null; read = done.poll()) {
      read.complete(read.said);
    }
  }

  /** One look at the clock for many round trips: most are long over by then. */
  private void watch(Read oldest) {
    if (!watched) {
      watched = true;
      long left = oldest.since + budgetNanos - System.nanoTime();
      loop.schedule(this::look, Math.max(left, 0), TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    watched = false;
    Read oldest = asked.peek();
    if (oldest == null) {
      return;
    }
    if (System.nanoTime() - oldest.since < budgetNanos) {
      watch(oldest);
      return;
    }
    Channel silent = connection;
    connection = null;
    if (silent != null) {
      silent.close();
    }
    fail(new Failure("no answer in time"));
  }

  private void fail(Failure failure) {
    breaker.onError(System.nanoTime() - began, TimeUnit.NANOSECONDS, failure);
    failAll(failure);
  }

  private void failAll(Failure failure) {
    asked.addAll(queue);
    queue.clear();
    List<Read> failed = List.copyOf(asked);
    asked.clear();
    // who is told may ask again
    busy = false;
    failed.forEach(read -> read.answer.completeExceptionally(failure));
  }

  void close() {
    try {
      loop.execute(
          () -> {
            if (connection != null) {
              connection.close();
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("The loop has ended and closed its connections", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Gives answers to the reads that wait for them, in their order. */
  private final class Answers extends ByteToMessageDecoder {

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      Object answer = Resp.read(in);
      if (answer == Resp.INCOMPLETE || context.channel() != connection) {
        return;
      }
      answered(answer);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
      super.channelReadComplete(context);
      tell();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** One caller's read. */
  private static final class Read {

    private final byte[] key;
    private final long since = System.nanoTime();
    private final CompletableFuture<List<?>> answer = new CompletableFuture<>();
    private @Nullable Object said;

    Read(byte[] key) {
      this.key = key;
    }

    void write(ByteBuf out) {
      out.writeBytes(BEFORE_KEY);
      out.writeCharSequence(Integer.toString(key.length), StandardCharsets.US_ASCII);
      out.writeBytes(LINE_END).writeBytes(key).writeBytes(AFTER_KEY);
    }

    void complete(@Nullable Object said) {
      switch (said) {
        case null -> answer.complete(List.of());
        case List<?> entries -> answer.complete(entries);
        default -> answer.completeExceptionally(new Failure("Redis refused"));
      }
    }
  }
}
