package dev.attune.schemas.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a whole body turned out to be. */
public sealed interface ParsedBody {
  /**
   * A readable body; events in their order.
   *
   * @param sentAt the client's clock when it sent the batch, epoch milliseconds
   */
  record Events(@Nullable Long sentAt, List<ParsedEvent> events) implements ParsedBody {}

  /** Not a body of the contract: nothing of it may be used. */
  record Malformed(String detail) implements ParsedBody {}

  /** More events than allowed; reading stopped there. */
  record TooMany(int limit) implements ParsedBody {}
}
