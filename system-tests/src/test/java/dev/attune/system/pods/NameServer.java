package dev.attune.system.pods;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The cluster's name server (RFC 1035): asked by pods over UDP, for addresses of IPv4. Answers are
 * of now and are good for seconds, as the cluster's own.
 */
final class NameServer implements AutoCloseable {
  private static final int PORT = 53;
  private static final int LONGEST = 512;
  private static final int HEAD = 12;
  private static final int ADDRESS = 1;
  private static final int TTL_SECONDS = 5;

  /** A response, authoritative, with recursion. */
  private static final int ANSWER = 0x8580;

  private static final int NO_SUCH_NAME = 3;

  private final DatagramSocket socket;
  private final Function<String, Optional<List<InetAddress>>> names;

  /**
   * @param names the addresses of a name, which may be none; empty where there is no such name
   */
  NameServer(InetAddress address, Function<String, Optional<List<InetAddress>>> names)
      throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(address, PORT));
    this.names = names;
    Thread.ofPlatform().daemon().name("name-server").start(this::serve);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        var question = new DatagramPacket(new byte[LONGEST], LONGEST);
        socket.receive(question);
        byte[] answer = answer(ByteBuffer.wrap(question.getData(), 0, question.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
      } catch (IOException | BufferUnderflowException e) {
        // closed, or no question: who asks will ask again
      }
    }
  }

  private byte[] answer(ByteBuffer question) {
    short id = question.getShort();
    question.position(HEAD);
    String name = name(question);
    int type = question.getShort();
    int end = question.position() + Short.BYTES;
    Optional<List<InetAddress>> found = names.apply(name.toLowerCase(Locale.ROOT));
    List<InetAddress> addresses =
        new ArrayList<>(type == ADDRESS ? found.orElse(List.of()) : List.of());
    Collections.shuffle(addresses);
    ByteBuffer answer = ByteBuffer.allocate(end + 16 * addresses.size());
    answer.putShort(id).putShort((short) (ANSWER | (found.isPresent() ? 0 : NO_SUCH_NAME)));
    answer.putShort((short) 1).putShort((short) addresses.size()).putInt(0);
    answer.put(question.array(), HEAD, end - HEAD);
    addresses.forEach(address -> put(answer, address));
    return answer.array();
  }

  private static String name(ByteBuffer question) {
    List<String> labels = new ArrayList<>();
    for (int length = question.get(); length > 0; length = question.get()) {
      byte[] label = new byte[length];
      question.get(label);
      labels.add(new String(label, StandardCharsets.US_ASCII));
    }
    return String.join(".", labels);
  }

  private static void put(ByteBuffer answer, InetAddress address) {
    // the name is the question's
    answer.putShort((short) (0xC000 | HEAD));
    answer.putShort((short) ADDRESS).putShort((short) 1).putInt(TTL_SECONDS);
    answer.putShort((short) 4).put(address.getAddress());
  }

  @Override
  public void close() {
    socket.close();
  }
}
