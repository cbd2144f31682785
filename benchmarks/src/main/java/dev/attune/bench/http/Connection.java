package dev.attune.bench.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One kept connection: a request on its way out or an answer on its way in. */
final class Connection implements AutoCloseable {
  private static final int REQUEST_BYTES = 1 << 20;
  private static final int ANSWER_BYTES = 1 << 18;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer out = ByteBuffer.allocateDirect(REQUEST_BYTES);
  private final ByteBuffer in = ByteBuffer.allocateDirect(ANSWER_BYTES);
  private final AnswerScanner answer = new AnswerScanner();
  private long since;

  Connection(InetSocketAddress server, Selector selector) throws IOException {
    channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  void send(Requests requests, long n, long dueSince) throws IOException {
    since = dueSince;
    in.clear();
    answer.reset();
    out.clear();
    requests.write(n, out);
    out.flip();
    requests.leaving(n, dueSince);
    write();
  }

  private void write() throws IOException {
    channel.write(out);
    int wanted =
        out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  /** True when the answer is whole. */
  boolean proceed() throws IOException {
    if (out.hasRemaining()) {
      write();
    }
    if (!key.isReadable()) {
      return false;
    }
    if (channel.read(in) < 0) {
      throw new EOFException("connection closed by the server");
    }
    return answer.isWhole(in);
  }

  boolean succeeded() {
    return answer.status() / 100 == 2;
  }

  long since() {
    return since;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
