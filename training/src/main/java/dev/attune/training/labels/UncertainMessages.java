package dev.attune.training.labels;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.LikeliestTwo;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.OfflineUsers;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The messages of the past that a model is least sure of, for a person to say what they were about.
 * Least sure is where the {@linkplain LikeliestTwo two likeliest labels} are closest. Of equal
 * texts one is shown, and none of a text that has a label.
 */
public final class UncertainMessages {
  private final Playbook playbook;
  private final ModelBundle model;
  private final PersonLabels known;
  private final ErasedUsers erased;

  /**
   * @param known messages that have a label already are left out
   * @param erased whose messages up to their erasure are left out
   */
  public UncertainMessages(
      Playbook playbook, ModelBundle model, PersonLabels known, ErasedUsers erased) {
    this.playbook = playbook;
    this.model = model;
    this.known = known;
    this.erased = erased;
  }

  /**
   * A message and what the model made of it.
   *
   * @param probability of the likeliest label, 0 to 1
   * @param margin to the next one
   */
  public record Message(
      String eventId,
      String text,
      String likeliest,
      double probability,
      String second,
      double margin) {}

  /** The least sure first. */
  public List<Message> find(EventSource past, TimeRange times, int count, Progress progress) {
    Map<String, Message> byText = new HashMap<>();
    Set<String> labelled = new HashSet<>();
    OfflineUsers users = new OfflineUsers(playbook.engine());
    progress.phase("scoring messages", 0);
    var unused =
        PastEvents.read(past, times, progress, event -> look(users, event, byText, labelled));
    byText.keySet().removeAll(labelled);
    return byText.values().stream()
        .sorted(Comparator.comparingDouble(Message::margin).thenComparing(Message::eventId))
        .limit(count)
        .toList();
  }

  private void look(
      OfflineUsers users,
      InteractionEvent event,
      Map<String, Message> byText,
      Set<String> labelled) {
    if (erased.excludes(event.getUserId(), event.getOccurredAt())) {
      return;
    }
    UserUpdate step = users.apply(event);
    String text = event.getMessageSent() == null ? null : event.getMessageSent().getText();
    if (step.disposition() != Disposition.COUNTED || text == null || text.isBlank()) {
      return;
    }
    String same = text.strip().toLowerCase(Locale.ROOT);
    if (known.of(event.getEventId()) != null) {
      labelled.add(same);
    } else if (!isFormula(event.getEventId())) {
      ask(same, text, event.getEventId(), step, byText);
    }
  }

  private void ask(
      String same, String text, String eventId, UserUpdate step, Map<String, Message> byText) {
    byText.merge(
        same,
        message(eventId, text, model.score(model.encode(step.row()))),
        (one, other) -> one.margin() <= other.margin() ? one : other);
  }

  private Message message(String eventId, String text, float[] probabilities) {
    List<String> labels = model.manifest().labels();
    LikeliestTwo two = LikeliestTwo.of(probabilities);
    return new Message(
        eventId,
        text,
        labels.get(two.first()),
        probabilities[two.first()],
        two.second() < 0 ? "" : labels.get(two.second()),
        two.margin());
  }

  /**
   * Whether a spreadsheet would compute it: a customer's text must not, and a computed id names no
   * event any more.
   */
  private static boolean isFormula(String text) {
    return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
  }

  /**
   * Writes a sheet with an empty column for the person's label. A text that begins like a formula
   * gets an apostrophe before it.
   *
   * @throws UserFault when it can't be written
   */
  public static void write(List<Message> messages, Path sheet) {
    try (Writer out = Files.newBufferedWriter(sheet);
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord(
          LabelSheet.EVENT, "text", LabelSheet.LABEL, "likeliest", "probability", "second");
      for (Message message : messages) {
        csv.printRecord(
            message.eventId,
            isFormula(message.text) ? "'" + message.text : message.text,
            "",
            message.likeliest,
            String.format(Locale.ROOT, "%.2f", message.probability),
            message.second);
      }
    } catch (IOException e) {
      throw new UserFault("The sheet can't be written to " + sheet + ".", e);
    }
  }
}
