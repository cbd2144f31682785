package dev.attune.cli;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * The list of erased users, as response-api tells it. A file may hold events of people who have
 * asked to be forgotten since it was written.
 */
final class ExclusionList {
  private ExclusionList() {}

  /**
   * From the stack of the environment. On one's own machine none may run: then nobody is known,
   * which is said.
   *
   * @throws UserFault when {@code ATTUNE_RESPONSES_URL} names a response-api that does not answer:
   *     a job would learn from people who asked to be forgotten, and nobody would see the note
   */
  static ErasedUsers ofStack(Terminal notes) {
    URI url = StackServices.responses();
    try {
      return read(url, StackServices.secret(), hasher());
    } catch (IOException e) {
      if (Variables.find("ATTUNE_RESPONSES_URL").isPresent()) {
        throw new UserFault(
            "No response-api answers at " + url + ": the list of erased users is needed first.", e);
      }
      notes.line("No response-api answers at " + url + ": erased users can't be left out.");
      return ErasedUsers.none();
    }
  }

  /** With the secret of the environment. */
  static UserHasher hasher() {
    return new UserHasher(Variables.get("ATTUNE_ERASURE_SECRET", LocalKeys.ERASURES));
  }

  /**
   * @throws IOException when nobody answers
   * @throws UserFault when the list is refused, or made with another secret: going on would use
   *     what must not be used
   */
  static ErasedUsers read(URI responses, String key, UserHasher hasher) throws IOException {
    URI list = responses.resolve("/v1/erasures");
    return parse(StackServices.needed(list, key, "the list of erased users is"), hasher);
  }

  private static ErasedUsers parse(JsonNode body, UserHasher hasher) {
    if (!body.path("hashKey").asString("").equals(hasher.keyId())) {
      throw new UserFault(
          "response-api names erased users by another secret: set ATTUNE_ERASURE_SECRET to its.");
    }
    ErasedUsers erased = new ErasedUsers(hasher);
    for (JsonNode each : body.path("erased")) {
      Instant until = Instant.parse(each.path("until").asString());
      erased.add(each.path("userHash").asString(), until.toEpochMilli());
    }
    return erased;
  }
}
