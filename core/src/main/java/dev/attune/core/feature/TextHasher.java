package dev.attune.core.feature;

import com.ibm.icu.text.Normalizer2;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

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
    var counts = new TreeMap<Integer, Integer>(Integer::compareUnsigned);
    for (int n = 1; n <= words; n++) {
      for (int i = 0; i + n <= found.size(); i++) {
        count(counts, n == 1 ? found.get(i) : String.join(" ", found.subList(i, i + n)));
      }
    }
    for (int n = charsFrom; n <= charsTo; n++) {
      for (String word : found) {
        characters(word, n, counts);
      }
    }
    return bag(counts);
  }

  private void characters(String word, int n, TreeMap<Integer, Integer> counts) {
    int[] points = ("<" + word + ">").codePoints().toArray();
    for (int i = 0; i + n <= points.length; i++) {
      count(counts, "\u0001" + new String(points, i, n));
    }
  }

  private void count(TreeMap<Integer, Integer> counts, String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    int hash = Hashes.murmur3(utf8, 0, utf8.length);
    if (counts.size() < most || counts.containsKey(hash)) {
      counts.merge(hash, 1, Integer::sum);
    }
  }

  static TokenBag bag(TreeMap<Integer, Integer> counts) {
    int[] hashes = new int[counts.size()];
    int[] values = new int[counts.size()];
    int i = 0;
    for (var entry : counts.entrySet()) {
      hashes[i] = entry.getKey();
      values[i++] = entry.getValue();
    }
    return new TokenBag(hashes, values);
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
    return word.length() >= 5 && word.chars().allMatch(Character::isDigit);
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
