package dev.attune.gateway.events;

import dev.attune.gateway.problem.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request gets back. */
sealed interface Answer {
  /** The events were looked at one by one; tokens by user. */
  record Receipt(int accepted, List<Rejected> rejected, Map<String, String> tokens)
      implements Answer {
    int status() {
      return rejected.isEmpty() ? 200 : accepted > 0 ? 207 : 400;
    }
  }

  /** One refused event. */
  record Rejected(
      int index, @Nullable String eventId, String code, @Nullable String field, String detail) {}

  /** The request was refused whole. */
  record Refusal(Problem problem) implements Answer {}
}
