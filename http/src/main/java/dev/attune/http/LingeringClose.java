package dev.attune.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client may still be sending. A plain close would answer the bytes on
 * their way with a reset, and a reset may take the answer with it. So our side ends first, and the
 * connection closes once the client has ended too, or after a few seconds.
 */
// what fails on the way has nothing left to close
@SuppressWarnings("FutureReturnValueIgnored")
final class LingeringClose implements ChannelFutureListener {
  static final LingeringClose AFTER_ANSWER = new LingeringClose();

  /** Long enough for an answer to reach the client and its end to come back. */
  private static final int SECONDS = 5;

  private LingeringClose() {}

  @Override
  public void operationComplete(ChannelFuture answered) {
    Channel channel = answered.channel();
    if (!answered.isSuccess() || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    }
    duplex.shutdownOutput();
    channel.eventLoop().schedule(() -> channel.close(), SECONDS, TimeUnit.SECONDS);
  }
}
