package dev.attune.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Hands a connection's bytes to the HTTP decoder in pieces, and keeps them while requests wait for
 * their turn. A decoder that got all at once would make thousands of requests of one read, a
 * hundred times as large as their bytes; and Netty's closes the connection beyond 128 without an
 * answer.
 */
final class DecoderFeed extends ChannelDuplexHandler {
  /** The shortest request has 18 bytes, so a piece has fewer than 128. */
  private static final int PIECE = 2 * 1024;

  private final BooleanSupplier hungry;
  private final Deque<ByteBuf> kept = new ArrayDeque<>(1);
  private boolean feeding;

  /**
   * @param hungry whether no request waits for its turn
   */
  DecoderFeed(BooleanSupplier hungry) {
    this.hungry = hungry;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)
        || (kept.isEmpty() && bytes.readableBytes() <= PIECE && hungry.getAsBoolean())) {
      context.fireChannelRead(message);
    } else {
      kept.add(bytes);
      feed(context);
    }
  }

  /** What is kept comes before what is still in the socket. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (kept.isEmpty()) {
      context.read();
    } else if (feed(context)) {
      context.fireChannelReadComplete();
    }
  }

  /** Whether there was anything to feed, and somebody to take it. */
  private boolean feed(ChannelHandlerContext context) {
    boolean fed = false;
    if (!feeding) {
      feeding = true;
      while (!kept.isEmpty() && hungry.getAsBoolean()) {
        context.fireChannelRead(piece());
        fed = true;
      }
      feeding = false;
    }
    return fed;
  }

  private ByteBuf piece() {
    ByteBuf first = kept.element();
    return first.readableBytes() > PIECE ? first.readRetainedSlice(PIECE) : kept.remove();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    release();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void release() {
    kept.forEach(ByteBuf::release);
    kept.clear();
  }
}
