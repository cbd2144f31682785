package dev.attune.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * Closes a connection once its last answer has gone out and its client has nothing more to send. A
 * close before that would be a reset for the bytes on their way, and a reset may take the answer
 * with it. Patience with the client is its clock's matter.
 */
// what fails on the way has nothing left to close
@SuppressWarnings("FutureReturnValueIgnored")
final class LingeringClose implements ChannelFutureListener {
  /** What the client may still send. */
  enum Rest {
    NOTHING,
    /** The end of its body. */
    BODY,
    /** Nobody knows: where its request ends can't be told. So our side ends first. */
    ANYTHING
  }

  /** How long a client may take to end once it has its last answer, in nanoseconds. */
  static final long PATIENCE = Duration.ofSeconds(4).toNanos();

  private Rest rest;
  private boolean answered;

  LingeringClose(Rest rest) {
    this.rest = rest;
  }

  @Override
  public void operationComplete(ChannelFuture answer) {
    answered = true;
    Channel channel = answer.channel();
    if (!answer.isSuccess() || rest == Rest.NOTHING) {
      channel.close();
    } else if (rest == Rest.ANYTHING) {
      endOurSide(channel);
    }
  }

  private static void endOurSide(Channel channel) {
    if (!(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    }
    duplex.shutdownOutput();
  }

  /** The client's body has ended. */
  void bodyEnded(Channel channel) {
    rest = Rest.NOTHING;
    if (answered) {
      channel.close();
    }
  }
}
