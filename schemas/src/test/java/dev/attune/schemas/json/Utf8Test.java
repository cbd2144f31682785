package dev.attune.schemas.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Utf8Test {
  @Test
  void findsABackslashWhereverItStands() {
    for (int length = 1; length < 30; length++) {
      for (int at = 0; at < length; at++) {
        byte[] text = new byte[length];
        // the neighbours in the table, and a byte with its high bit set
        Arrays.fill(text, new byte[] {'[', ']', (byte) 0xdc}[at % 3]);
        assertThat(Utf8.hasBackslash(text, 0, length)).isFalse();
        text[at] = '\\';
        assertThat(Utf8.hasBackslash(text, 0, length)).isTrue();
        assertThat(Utf8.hasBackslash(text, at + 1, length)).isFalse();
        assertThat(Utf8.hasBackslash(text, 0, at)).isFalse();
      }
    }
  }

  @Test
  void agreesWithAPlainLookAtRandomBytes() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      byte[] text = new byte[random.nextInt(64)];
      random.nextBytes(text);
      boolean expected = new String(text, UTF_8).indexOf('\\') >= 0;
      assertThat(Utf8.hasBackslash(text, 0, text.length)).isEqualTo(expected);
    }
  }
}
