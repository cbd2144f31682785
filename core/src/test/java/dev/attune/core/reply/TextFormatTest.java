package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A variable stays text, on one line, in every format. */
class TextFormatTest {
  @Test
  void formatsAreNamedInAnyCase() {
    for (TextFormat format : TextFormat.values()) {
      assertThat(TextFormat.named(format.name())).hasValue(format);
      assertThat(TextFormat.named(format.name().toLowerCase(Locale.ROOT))).hasValue(format);
    }
    assertThat(TextFormat.named("rtf")).isEmpty();
  }

  @Test
  void htmlIsWrittenInEntities() {
    assertThat(TextFormat.HTML.escape("<a href=\"x\" id='y'>`&`</a>"))
        .isEqualTo("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&#96;&amp;&#96;&lt;/a&gt;");
  }

  @Test
  void markdownsSignsAreEscapedAndItsHtmlToo() {
    String signs = "\\`*_{}[]()#+-.!|~>=";

    assertThat(TextFormat.MARKDOWN.escape(signs)).isEqualTo(signs.replaceAll("(.)", "\\\\$1"));
    assertThat(TextFormat.MARKDOWN.escape("a<b&c")).isEqualTo("a&lt;b&amp;c");
  }

  @Test
  void lettersOfAllLanguagesAndEmojiStay() {
    String text = "Zoë, 日本語 עברית 👩‍🚀 50 %";

    for (TextFormat format : TextFormat.values()) {
      assertThat(format.escape(text)).isEqualTo(text);
    }
  }

  /** Unescaping gives back what plain text shows: nothing is lost and nothing is added. */
  @Test
  void whatIsEscapedReadsAsThePlainText() {
    for (int from = 0; from < 0x3000; from += 64) {
      StringBuilder some = new StringBuilder();
      for (int c = from; c < from + 64; c++) {
        some.appendCodePoint(c);
      }
      String plain = TextFormat.PLAIN.escape(some.toString());

      String html = entities(TextFormat.HTML.escape(some.toString()));
      String markdown = TextFormat.MARKDOWN.escape(some.toString()).replaceAll("\\\\(.)", "$1");
      assertThat(html).isEqualTo(plain);
      assertThat(entities(markdown)).isEqualTo(plain);
    }
  }

  private static String entities(String html) {
    return html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#96;", "`")
        .replace("&amp;", "&");
  }

  @Test
  void breaksBecomeSpacesAndOtherControlsGo() {
    assertThat(TextFormat.PLAIN.escape("a\nb\tc\u2028d\u2029e")).isEqualTo("a b c d e");
    assertThat(TextFormat.PLAIN.escape("a\r\u0000\u001b\u007f\u0085b")).isEqualTo("ab");
    assertThat(TextFormat.PLAIN.escape("a\uD83Db\uDE00")).isEqualTo("ab");
  }

  /** Embeddings, overrides and isolates go; the characters before and after them stay. */
  @Test
  void nothingTurnsTheDirectionOfAReply() {
    for (int c = 0x2000; c <= 0x2070; c++) {
      boolean turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
      boolean breaks = c == 0x2028 || c == 0x2029;
      String shown = turns ? "" : breaks ? " " : Character.toString(c);

      assertThat(TextFormat.PLAIN.escape("a" + Character.toString(c) + "b"))
          .as("%x", c)
          .isEqualTo("a" + shown + "b");
    }
  }
}
