package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Texts of sessions in few bytes: a UUID (as SDKs make session ids and replies their decision ids)
 * in 17 instead of 37, a channel's name in one. Layout: 0 and the 16 bytes of a UUID; or 1 + the
 * place of a known word; or the length of anything else beyond those, and its UTF-8.
 */
final class PackedText {
  /** Their order is part of the rows: add at the end only, and no more than two. */
  private static final List<String> WORDS =
      List.of("web", "ios", "android", "api", "voice", "email", "other");

  /** The first number that tells a length; room for two more words. */
  private static final int LENGTHS = 10;

  private static final int UUID_LENGTH = 36;
  private static final int UUID_BYTES = 16;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private PackedText() {}

  static void write(String text, ByteWriter out) {
    if (isUuid(text)) {
      out.octet(0);
      for (int at = 0; at < UUID_LENGTH; at += isDash(at) ? 1 : 2) {
        if (!isDash(at)) {
          out.octet(digit(text.charAt(at)) << 4 | digit(text.charAt(at + 1)));
        }
      }
      return;
    }
    int word = text.length() > 7 ? -1 : WORDS.indexOf(text);
    if (word >= 0) {
      out.octet(1 + word);
    } else {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      out.varint(LENGTHS + utf8.length);
      out.raw(utf8, 0, utf8.length);
    }
  }

  static String read(ByteReader in) {
    long kind = in.varint();
    if (kind == 0) {
      return uuid(in);
    }
    if (kind <= WORDS.size()) {
      return WORDS.get((int) kind - 1);
    }
    if (kind < LENGTHS) {
      throw new IllegalStateException("corrupt row: a word that is not known");
    }
    int from = in.position();
    in.skip((int) Math.min(kind - LENGTHS, Integer.MAX_VALUE));
    return new String(in.source(), from, in.position() - from, StandardCharsets.UTF_8);
  }

  @SuppressWarnings("deprecation") // the one constructor that takes ASCII as it is
  private static String uuid(ByteReader in) {
    int from = in.position();
    in.skip(UUID_BYTES);
    byte[] ascii = new byte[UUID_LENGTH];
    for (int at = 0; at < UUID_LENGTH; at += isDash(at) ? 1 : 2) {
      if (isDash(at)) {
        ascii[at] = '-';
      } else {
        int value = in.source()[from++];
        ascii[at] = DIGITS[value >>> 4 & 0xF];
        ascii[at + 1] = DIGITS[value & 0xF];
      }
    }
    return new String(ascii, 0);
  }

  /** Only as {@code UUID.toString} writes it: it must read back as it was. */
  private static boolean isUuid(String text) {
    if (text.length() != UUID_LENGTH) {
      return false;
    }
    for (int at = 0; at < UUID_LENGTH; at++) {
      char c = text.charAt(at);
      if (isDash(at) ? c != '-' : digit(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDash(int at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }
}
