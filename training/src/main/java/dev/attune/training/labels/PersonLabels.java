package dev.attune.training.labels;

import dev.attune.core.scoring.TrainingSpec;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * What people said of messages, by the ids of their events. No text and no user is kept here: of
 * whoever is erased the event goes, and with it what its label was good for.
 */
public final class PersonLabels {
  static final String EVENT = "eventId";
  static final String LABEL = "label";

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
   * over.
   *
   * @param sheet CSV with the columns {@code eventId} and {@code label}, and any others
   * @param kept where labels are kept
   * @return how many labels the sheet had
   * @throws UserFault when it has a label that the playbook doesn't learn, or can't be read
   */
  public static int add(Path sheet, TrainingSpec.Label spec, Path kept) {
    Map<String, String> added = read(sheet);
    added.forEach(
        (event, label) -> {
          if (!spec.learns(label)) {
            throw new UserFault(
                "%s: `%s` of event %s is none of the labels: %s."
                    .formatted(sheet, label, event, String.join(", ", spec.values())));
          }
        });
    Map<String, String> all = new TreeMap<>(load(kept).byEvent);
    all.putAll(added);
    write(all, kept);
    return added.size();
  }

  private static Map<String, String> read(Path file) {
    Map<String, String> labels = new TreeMap<>();
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader in = Files.newBufferedReader(file);
        CSVParser rows = CSVParser.parse(in, format)) {
      if (!rows.getHeaderNames().contains(EVENT) || !rows.getHeaderNames().contains(LABEL)) {
        throw new UserFault(file + " needs the columns eventId and label in its first line.");
      }
      for (CSVRecord row : rows) {
        String label = row.get(LABEL).strip();
        if (!label.isEmpty()) {
          labels.put(row.get(EVENT), label);
        }
      }
      return labels;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new UserFault(file + " can't be read: " + e.getMessage(), e);
    }
  }

  /** Whole or not at all. */
  private static void write(Map<String, String> labels, Path file) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (Writer out = Files.newBufferedWriter(fresh);
          CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
        csv.printRecord(EVENT, LABEL);
        for (Map.Entry<String, String> label : labels.entrySet()) {
          csv.printRecord(label.getKey(), label.getValue());
        }
      }
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UserFault("The labels can't be kept in " + file + ".", e);
    }
  }
}
