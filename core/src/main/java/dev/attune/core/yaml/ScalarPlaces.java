package dev.attune.core.yaml;

import dev.attune.core.yaml.YamlSource.Place;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Finds where a character of a value stands in its file. Quotes, escapes, indentation and folded
 * lines lie between the two. So the visible characters before it are counted, in the value and then
 * in the file: those come in the same order in both.
 */
final class ScalarPlaces {
  private final int[] file;
  private final ScalarStyle style;

  private ScalarPlaces(int[] file, ScalarStyle style) {
    this.file = file;
    this.style = style;
  }

  /**
   * @param offset of a character in the node's value
   */
  static Place find(int[] file, ScalarNode node, int offset) {
    Mark start = node.getStartMark().orElse(null);
    if (start == null) {
      return Place.START;
    }
    int index = new ScalarPlaces(file, node.getScalarStyle()).index(start, node, offset);
    int line = start.getLine() + 1;
    int column = start.getColumn() + 1;
    for (int i = start.getIndex(); i < index; i++) {
      boolean isBreak = file[i] == '\n';
      line += isBreak ? 1 : 0;
      column = isBreak ? 1 : column + 1;
    }
    return new Place(line, column);
  }

  private int index(Mark start, ScalarNode node, int offset) {
    String before = node.getValue().substring(0, offset);
    int left = (int) before.codePoints().filter(c -> c > ' ').count();
    int end = Math.min(file.length, node.getEndMark().map(Mark::getIndex).orElse(file.length));
    int i = afterIndicator(afterProperties(start.getIndex(), end), end);
    while (i < end && (left > 0 || !isVisible(i))) {
      left -= isVisible(i) ? 1 : 0;
      i += width(i);
    }
    return Math.min(i, end);
  }

  /** Where an anchor or a tag, such as {@code &name}, is over. */
  private int afterProperties(int from, int end) {
    int i = from;
    while (i < end && (file[i] == '&' || file[i] == '!')) {
      while (i < end && file[i] > ' ') {
        i++;
      }
      while (i < end && file[i] <= ' ') {
        i++;
      }
    }
    return i;
  }

  /** Where the value itself begins: after a quote, or below the line of {@code |} or {@code >}. */
  private int afterIndicator(int from, int end) {
    return switch (style) {
      case PLAIN -> from;
      case SINGLE_QUOTED, DOUBLE_QUOTED -> from + 1;
      case LITERAL, FOLDED, JSON_SCALAR_STYLE -> {
        int i = from;
        while (i < end && file[i] != '\n') {
          i++;
        }
        yield i;
      }
    };
  }

  /** How many characters of the file stand for one of the value. */
  private int width(int i) {
    if (style == ScalarStyle.SINGLE_QUOTED && file[i] == '\'') {
      return 2;
    }
    if (style != ScalarStyle.DOUBLE_QUOTED || file[i] != '\\' || i + 1 == file.length) {
      return 1;
    }
    return switch (file[i + 1]) {
      case 'x' -> 4;
      case 'u' -> 6;
      case 'U' -> 10;
      default -> 2;
    };
  }

  /** Whether what begins here is no white space; that can be an escape, too. */
  private boolean isVisible(int i) {
    boolean isEscapedSpace =
        style == ScalarStyle.DOUBLE_QUOTED
            && file[i] == '\\'
            && i + 1 < file.length
            && "ntr \n".indexOf(file[i + 1]) >= 0;
    return file[i] > ' ' && !isEscapedSpace;
  }
}
