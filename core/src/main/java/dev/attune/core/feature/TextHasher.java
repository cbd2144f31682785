package dev.attune.core.feature;

import com.ibm.icu.text.Normalizer2;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a text of any language into hashed n-gram counts. The text is normalised (Unicode NFKC with
 * full case folding), cut into words, and words and their neighbours are hashed (murmur3, 32 bits).
 * Scripts without spaces (Han, kana, Thai, …) make a word of each character, so that word 2-grams
 * become the character 2-grams which such languages are usually indexed by. Numbers of five digits
 * and more, such as order numbers, become one token {@code #}.
 *
 * <p>When there are more than {@code most} different tokens the first ones stay: words first, then
 * word n-grams, then character n-grams, each in the text's order.
 *
 * @param words longest word n-gram
 * @param charsFrom shortest character n-gram
 * @param charsTo longest character n-gram; 0 for none
 * @param most most different tokens kept
 */
public record TextHasher(int words, int charsFrom, int charsTo, int most) {
  /** What a chat message may cost: the rest of a longer text is not read. */
  private static final int LONGEST = 4_000;

  private static final Normalizer2 FOLDING = Normalizer2.getNFKCCasefoldInstance();

  public TokenBag bag(String text) {
    List<String> found = words(fold(text));
    var tokens = new Tokens(most);
    // one space between words: an n-gram is a range of it
    byte[] joined = String.join(" ", found).getBytes(StandardCharsets.UTF_8);
    int[] ends = ends(joined, found.size());
    for (int n = 1; n <= words; n++) {
      for (int i = 0; i + n <= found.size(); i++) {
        tokens.count(joined, i == 0 ? 0 : ends[i - 1] + 1, ends[i + n - 1]);
      }
    }
    for (int n = charsFrom; n <= charsTo; n++) {
      for (String word : found) {
        characters(word, n, tokens);
      }
    }
    return tokens.bag();
  }

  private static int[] ends(byte[] joined, int count) {
    int[] ends = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      while (at < joined.length && joined[at] != ' ') {
        at++;
      }
      ends[i] = at++;
    }
    return ends;
  }

  private static void characters(String word, int n, Tokens tokens) {
    int[] points = ("<" + word + ">").codePoints().toArray();
    for (int i = 0; i + n <= points.length; i++) {
      byte[] utf8 = ("\u0001" + new String(points, i, n)).getBytes(StandardCharsets.UTF_8);
      tokens.count(utf8, 0, utf8.length);
    }
  }

  /** Counts by hash, in one array: a slot's upper half is the hash, the lower its count. */
  private static final class Tokens {
    private final long[] slots;
    private final int most;
    private int size;

    Tokens(int most) {
      this.most = most;
      slots = new long[Integer.highestOneBit(most) * 4];
    }

    void count(byte[] utf8, int from, int to) {
      int hash = Hashes.murmur3(utf8, from, to);
      int at = hash & (slots.length - 1);
      while (slots[at] != 0 && (int) (slots[at] >>> Integer.SIZE) != hash) {
        at = (at + 1) & (slots.length - 1);
      }
      if (slots[at] != 0) {
        slots[at]++;
      } else if (size < most) {
        slots[at] = (long) hash << Integer.SIZE | 1;
        size++;
      }
    }

    TokenBag bag() {
      long[] found = new long[size];
      int at = 0;
      for (long slot : slots) {
        if (slot != 0) {
          // unsigned order of hashes
          found[at++] = slot ^ Long.MIN_VALUE;
        }
      }
      Arrays.sort(found);
      int[] hashes = new int[size];
      int[] counts = new int[size];
      for (int i = 0; i < size; i++) {
        hashes[i] = (int) ((found[i] ^ Long.MIN_VALUE) >>> Integer.SIZE);
        counts[i] = (int) found[i];
      }
      return new TokenBag(hashes, counts);
    }
  }

  private static String fold(String text) {
    String head = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    return FOLDING.normalize(head);
  }

  static List<String> words(String folded) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    for (int i = 0; i < folded.length(); ) {
      int c = folded.codePointAt(i);
      int next = i + Character.charCount(c);
      if (isWordByItself(c)) {
        end(word, words);
        words.add(Character.toString(c));
      } else if (isWordPart(c)) {
        word.appendCodePoint(c);
      } else if (!isApostrophe(c) || next >= folded.length() || word.isEmpty()) {
        end(word, words);
      }
      i = next;
    }
    end(word, words);
    return words;
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(isLongNumber(word) ? "#" : word.toString());
      word.setLength(0);
    }
  }

  private static boolean isLongNumber(StringBuilder word) {
    for (int i = 0; i < word.length(); i++) {
      if (!Character.isDigit(word.charAt(i))) {
        return false;
      }
    }
    return word.length() >= 5;
  }

  private static boolean isWordPart(int c) {
    if (c < 128) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    int type = Character.getType(c);
    return Character.isLetterOrDigit(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isApostrophe(int c) {
    return c == '\'' || c == '\u2019';
  }

  /** Emoji and the letters of scripts without spaces. */
  private static boolean isWordByItself(int c) {
    if (c < 0x0E00) {
      return false;
    }
    if (Character.getType(c) == Character.OTHER_SYMBOL) {
      return true;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetterOrDigit(c);
      default -> false;
    };
  }
}
