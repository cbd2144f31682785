package dev.attune.cli;

import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.labels.PersonLabels;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What people said of messages: in the sheets that were taken in, and in the console. */
final class LabelList {
  private LabelList() {}

  /**
   * Those of the sheets, and those of the stack of the environment, which count more: they can be
   * taken back. On one's own machine none may run: then there are those of the sheets, which is
   * said.
   *
   * @param kept where the sheets' labels are
   * @throws UserFault when {@code ATTUNE_RESPONSES_URL} names a response-api that does not answer:
   *     a job would leave out what people said, and nobody would see the note
   */
  static PersonLabels ofStack(Path kept, Terminal notes) {
    PersonLabels sheets = PersonLabels.load(kept);
    URI url = StackServices.responses();
    try {
      return sheets.and(read(url, StackServices.secret()));
    } catch (IOException e) {
      if (Variables.find("ATTUNE_RESPONSES_URL").isPresent()) {
        throw new UserFault(
            "No response-api answers at " + url + ": people's labels are there.", e);
      }
      notes.line("No response-api answers at " + url + ": labels of the console are left out.");
      return sheets;
    }
  }

  /**
   * By event.
   *
   * @throws IOException when nobody answers
   * @throws UserFault when it is refused
   */
  static Map<String, String> read(URI responses, String key) throws IOException {
    URI list = responses.resolve("/v1/labels");
    Map<String, String> labels = new HashMap<>();
    for (JsonNode each : StackServices.needed(list, key, "people's labels are").path("labels")) {
      labels.put(each.path("eventId").asString(), each.path("label").asString());
    }
    return labels;
  }
}
