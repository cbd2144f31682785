package dev.attune.responses.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ByteProcessor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Redis' protocol, version 2. Answers are texts, numbers, bytes and lists of these; bytes and lists
 * may be absent.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization
 *     protocol</a>
 */
final class Resp {

  /** Said by Redis instead of an answer; its text may quote what was asked. */
  record Refusal(String message) {}

  /** What of an answer has come is no whole one yet. */
  static final Object INCOMPLETE = new Object();

  /** More than one is trusted to be filled. */
  private static final int MOST_EXPECTED = 16;

  private static final int DEEPEST = 8;

  /** Redis' own limit for a value. */
  private static final int LARGEST = 512 << 20;

  private static final short LINE_END = '\r' << 8 | '\n';

  private Resp() {}

  /** A command with its arguments. */
  static void write(ByteBuf out, List<String> words) {
    out.writeCharSequence("*" + words.size() + "\r\n", US_ASCII);
    for (String word : words) {
      byte[] bytes = word.getBytes(UTF_8);
      out.writeCharSequence("$" + bytes.length + "\r\n", US_ASCII);
      out.writeBytes(bytes);
      out.writeCharSequence("\r\n", US_ASCII);
    }
  }

  /**
   * The next answer: a list, bytes, a number, a text, a refusal or null; {@link #INCOMPLETE}, with
   * nothing read, when some of it is still to come.
   *
   * @throws DecoderException when the bytes are none of the protocol
   */
  static @Nullable Object read(ByteBuf in) {
    int begin = in.readerIndex();
    Object answer = value(in, 0);
    if (answer == INCOMPLETE) {
      in.readerIndex(begin);
    }
    return answer;
  }

  private static @Nullable Object value(ByteBuf in, int depth) {
    int end = in.forEachByte(ByteProcessor.FIND_CR);
    if (end < 0 || end + 1 >= in.writerIndex()) {
      return INCOMPLETE;
    }
    byte kind = in.readByte();
    return switch (kind) {
      case '$' -> bytes(in, size(in, end));
      case '*' -> list(in, size(in, end), depth);
      case ':' -> number(in, end);
      case '+' -> text(in, end);
      case '-' -> new Refusal(text(in, end));
      default -> throw new DecoderException("not an answer of Redis");
    };
  }

  private static @Nullable Object bytes(ByteBuf in, int length) {
    if (length < 0) {
      return null;
    }
    if (in.readableBytes() - 2 < length) {
      return INCOMPLETE;
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    if (in.readShort() != LINE_END) {
      throw new DecoderException("an answer of Redis longer than it said");
    }
    return bytes;
  }

  private static @Nullable Object list(ByteBuf in, int size, int depth) {
    if (size < 0) {
      return null;
    }
    if (depth == DEEPEST) {
      throw new DecoderException("an answer of Redis nested too deeply");
    }
    List<@Nullable Object> list = new ArrayList<>(Math.min(size, MOST_EXPECTED));
    for (int i = 0; i < size; i++) {
      Object element = value(in, depth + 1);
      if (element == INCOMPLETE) {
        return INCOMPLETE;
      }
      list.add(element);
    }
    return list;
  }

  private static String text(ByteBuf in, int end) {
    String text = in.toString(in.readerIndex(), end - in.readerIndex(), UTF_8);
    in.readerIndex(end + 2);
    return text;
  }

  private static int size(ByteBuf in, int end) {
    long size = number(in, end);
    if (size > LARGEST) {
      throw new DecoderException("an answer of Redis that is too large");
    }
    return (int) size;
  }

  private static long number(ByteBuf in, int end) {
    boolean negative = in.getByte(in.readerIndex()) == '-';
    long number = 0;
    for (int i = in.readerIndex() + (negative ? 1 : 0); i < end; i++) {
      int digit = in.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DecoderException("not a number of Redis");
      }
      number = number * 10 + digit;
    }
    in.readerIndex(end + 2);
    return negative ? -number : number;
  }
}
