package dev.attune.cli.playbook;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.reply.ReplyBook;
import dev.attune.core.yaml.Problem;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code playbook check} says of a playbook that can be used. */
public final class PlaybookReport {
  /** What a chatbot that is personalized in full has. */
  private static final List<String> USUAL =
      List.of(
          "features.yaml", "segments.yaml", "training.yaml", "responses.yaml", "experiments.yaml");

  private PlaybookReport() {}

  /** The warnings, what they come to, and what was checked. */
  public static List<String> lines(PlaybookCheck check) {
    Playbook playbook = check.playbook();
    List<String> lines = new ArrayList<>();
    check.warnings().stream().map(Problem::toString).forEach(lines::add);
    int warnings = lines.size();
    lines.add(
        warnings == 0
            ? "%s: no problems found".formatted(playbook.dir())
            : "%s: %s, no errors".formatted(playbook.dir(), number(warnings, "warning")));
    lines.add("checked " + checked(playbook, check.plan().names().size()));
    List<String> absent =
        USUAL.stream().filter(file -> !Files.exists(playbook.dir().resolve(file))).toList();
    if (!absent.isEmpty()) {
      lines.add("not there: " + String.join(", ", absent));
    }
    if (playbook.training().label() != null && playbook.training().labels().isEmpty()) {
      lines.add("not checked: the rules' intents, since training.yaml has no `label.values`");
    }
    return lines;
  }

  private static String checked(Playbook playbook, int customEvents) {
    ReplyBook replies = playbook.replies();
    int locales = replies.locales().size();
    int intents = playbook.training().labels().size();
    Stream<String> parts =
        Stream.of(
            number(playbook.features().columns().size(), "feature"),
            number(playbook.segments().names().size(), "segment"),
            intents == 0 ? "" : number(intents, "intent"),
            number(replies.slotNames().size(), "slot"),
            replyCount(replies.replies())
                + " in %s (%s)"
                    .formatted(number(locales, "locale"), String.join(", ", replies.locales())),
            number(playbook.experiments().running().size(), "experiment"),
            number(playbook.experiments().metrics().size(), "metric"),
            customEvents == 0 ? "" : number(customEvents, "custom event"));
    return parts.filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
  }

  private static String replyCount(int replies) {
    return replies == 1 ? "1 reply" : replies + " replies";
  }

  private static String number(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
