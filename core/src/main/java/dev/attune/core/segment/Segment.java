package dev.attune.core.segment;

import dev.attune.core.bytes.Sha256;
import dev.attune.core.expression.Expression;
import java.util.HexFormat;

/**
 * A user enters when {@code enter} holds and leaves when {@code leave} does; in between membership
 * stays as it is. Where both hold, the user is out.
 */
public record Segment(String name, Expression enter, Expression leave) {
  /** Raised when the meaning of conditions changes, so that old models refuse new memberships. */
  private static final String LANGUAGE = "attune segments 1\n";

  /**
   * A hash of name and conditions: 16 hexadecimal digits. Equal ids mean the same segment, as long
   * as the features are the same, which have an id of their own.
   */
  public String definition() {
    String text = LANGUAGE + name + "\nenter " + enter.text() + "\nleave " + leave.text();
    return HexFormat.of().formatHex(Sha256.of(text), 0, 8);
  }
}
