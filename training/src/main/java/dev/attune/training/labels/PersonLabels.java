package dev.attune.training.labels;

import dev.attune.core.files.DurableMove;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.training.UserFault;
import dev.attune.training.labels.LabelSheet.SheetRow;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * What people said of messages, by the ids of their events. No text and no user is kept here: of
 * whoever is erased the event goes, and with it what its label was good for.
 */
public final class PersonLabels {
  /** Of a sheet's wrong lines. */
  private static final int SHOWN = 20;

  private static final PersonLabels NONE = new PersonLabels(Map.of());

  private final Map<String, String> byEvent;

  private PersonLabels(Map<String, String> byEvent) {
    this.byEvent = byEvent;
  }

  public static PersonLabels none() {
    return NONE;
  }

  /**
   * Those that were taken in; none when the file is not there.
   *
   * @throws UserFault when it can't be read
   */
  public static PersonLabels load(Path file) {
    return Files.exists(file) ? new PersonLabels(read(file)) : NONE;
  }

  /** These and others, which hold where both say something of an event. */
  public PersonLabels and(Map<String, String> others) {
    Map<String, String> all = new TreeMap<>(byEvent);
    all.putAll(others);
    return new PersonLabels(all);
  }

  /** Null: nobody said anything of it. */
  public @Nullable String of(String eventId) {
    return byEvent.get(eventId);
  }

  public int size() {
    return byEvent.size();
  }

  /**
   * Adds what a sheet says, the newest word being the last one; rows without a label are passed
   * over. Of a sheet with a wrong line nothing is taken in.
   *
   * @param sheet CSV with the columns {@code eventId} and {@code label}, and any others
   * @param kept where labels are kept
   * @return how many labels the sheet had
   * @throws UserFault when it can't be read, or names its wrong lines: a label that the playbook
   *     doesn't learn, or one of no event
   */
  public static int add(Path sheet, TrainingSpec.Label spec, Path kept) {
    Map<String, String> added = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (SheetRow row : LabelSheet.read(sheet)) {
      String mistake = mistake(row, spec);
      if (mistake == null) {
        added.put(row.event(), row.label());
      } else {
        wrong.add("  line %d: %s".formatted(row.line(), mistake));
      }
    }
    if (!wrong.isEmpty()) {
      throw new UserFault(refusal(sheet, spec, wrong));
    }
    Map<String, String> all = new TreeMap<>(load(kept).byEvent);
    all.putAll(added);
    write(all, kept);
    return added.size();
  }

  /** Null: there is none. */
  private static @Nullable String mistake(SheetRow row, TrainingSpec.Label spec) {
    if (row.event().isBlank()) {
      return "`%s` has no eventId.".formatted(row.label());
    }
    return spec.learns(row.label())
        ? null
        : "`%s` of event %s is none of the labels.".formatted(row.label(), row.event());
  }

  private static String refusal(Path sheet, TrainingSpec.Label spec, List<String> wrong) {
    List<String> lines = new ArrayList<>();
    lines.add("%s has wrong lines; nothing of it was taken in.".formatted(sheet));
    lines.addAll(wrong.subList(0, Math.min(SHOWN, wrong.size())));
    if (wrong.size() > SHOWN) {
      lines.add("  and %,d more".formatted(wrong.size() - SHOWN));
    }
    if (!spec.values().isEmpty()) {
      lines.add("The labels are: " + String.join(", ", spec.values()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static Map<String, String> read(Path file) {
    Map<String, String> labels = new TreeMap<>();
    LabelSheet.read(file).forEach(row -> labels.put(row.event(), row.label()));
    return labels;
  }

  /** Whole or not at all. */
  private static void write(Map<String, String> labels, Path file) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (Writer out = Files.newBufferedWriter(fresh);
          CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
        csv.printRecord(LabelSheet.EVENT, LabelSheet.LABEL);
        for (Map.Entry<String, String> label : labels.entrySet()) {
          csv.printRecord(label.getKey(), label.getValue());
        }
      }
      var unused = DurableMove.move(fresh, file);
    } catch (IOException e) {
      throw new UserFault("The labels can't be kept in " + file + ".", e);
    }
  }
}
