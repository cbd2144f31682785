package dev.attune.core.reply;

import java.util.Locale;
import java.util.Optional;

/**
 * What the channel does with a text, hence how a variable must be escaped so that it stays text. In
 * every format a variable is one line: control and direction-changing characters could forge the
 * look of a reply.
 */
public enum TextFormat {
  PLAIN {
    @Override
    void append(int character, StringBuilder to) {
      to.appendCodePoint(character);
    }
  },
  HTML {
    @Override
    void append(int character, StringBuilder to) {
      switch (character) {
        case '<' -> to.append("&lt;");
        case '>' -> to.append("&gt;");
        case '&' -> to.append("&amp;");
        case '"' -> to.append("&quot;");
        case '\'' -> to.append("&#39;");
        case '`' -> to.append("&#96;");
        default -> to.appendCodePoint(character);
      }
    }
  },
  MARKDOWN {
    private static final String SPECIAL = "\\`*_{}[]()#+-.!|~>=";

    @Override
    void append(int character, StringBuilder to) {
      if (character == '<' || character == '&') {
        HTML.append(character, to);
        return;
      }
      if (SPECIAL.indexOf(character) >= 0) {
        to.append('\\');
      }
      to.appendCodePoint(character);
    }
  };

  abstract void append(int character, StringBuilder to);

  /** The format of this name in any case, empty when there is none. */
  public static Optional<TextFormat> named(String name) {
    for (TextFormat format : values()) {
      if (format.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  String escape(String raw) {
    StringBuilder escaped = new StringBuilder(raw.length() + 16);
    raw.codePoints().map(TextFormat::oneLine).filter(c -> c != 0).forEach(c -> append(c, escaped));
    return escaped.toString();
  }

  private static int oneLine(int character) {
    return switch (Character.getType(character)) {
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
      case Character.CONTROL -> character == '\t' || character == '\n' ? ' ' : 0;
      case Character.SURROGATE -> 0;
      case Character.FORMAT -> isDirectional(character) ? 0 : character;
      default -> character;
    };
  }

  /** Overrides, embeddings and isolates; the joiners that emoji need are let through. */
  private static boolean isDirectional(int character) {
    return (character >= 0x202A && character <= 0x202E)
        || (character >= 0x2066 && character <= 0x2069);
  }
}
