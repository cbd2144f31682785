package dev.attune.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.util.List;
import java.util.stream.StreamSupport;
import reactor.netty.resources.LoopResources;

/**
 * The threads that serve connections, for a client of another server that is to share them: an
 * answer that comes in where it is waited for is handed over to nobody.
 *
 * @param tcp the kind of channel that these threads can serve
 */
public record ServerLoops(List<EventLoop> all, Class<? extends Channel> tcp) {
  static ServerLoops of(LoopResources resources) {
    EventLoopGroup group = resources.onServer(LoopResources.DEFAULT_NATIVE);
    List<EventLoop> all =
        StreamSupport.stream(group.spliterator(), false).map(EventLoop.class::cast).toList();
    return new ServerLoops(all, resources.onChannelClass(SocketChannel.class, group));
  }
}
