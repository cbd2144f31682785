package dev.attune.training.labels;

import dev.attune.training.ByteOrderMark;
import dev.attune.training.UserFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A sheet of messages as a spreadsheet saves it: with commas or semicolons, with a byte order mark
 * or without.
 */
final class LabelSheet {
  static final String EVENT = "eventId";
  static final String LABEL = "label";

  private LabelSheet() {}

  /**
   * A row that has a label.
   *
   * @param line where it begins, the first line being 1
   */
  record SheetRow(long line, String event, String label) {}

  /**
   * The rows that have a label.
   *
   * @throws UserFault when it can't be read or lacks a column
   */
  static List<SheetRow> read(Path file) {
    try (BufferedReader in = ByteOrderMark.skip(Files.newBufferedReader(file))) {
      return rows(file, in.readAllAsString());
    } catch (CharacterCodingException e) {
      throw new UserFault(file + " is not in UTF-8: save it as CSV in UTF-8.", e);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new UserFault(file + " can't be read: " + e.getMessage(), e);
    }
  }

  private static List<SheetRow> rows(Path file, String text) throws IOException {
    List<SheetRow> labelled = new ArrayList<>();
    try (CSVParser rows = CSVParser.parse(new StringReader(text), format(text))) {
      if (!rows.getHeaderNames().contains(EVENT) || !rows.getHeaderNames().contains(LABEL)) {
        throw new UserFault(file + " needs the columns eventId and label in its first line.");
      }
      long line = rows.getCurrentLineNumber() + 1;
      for (CSVRecord row : rows) {
        String label = cell(row, LABEL).strip();
        if (!label.isEmpty()) {
          labelled.add(new SheetRow(line, cell(row, EVENT), label));
        }
        line = rows.getCurrentLineNumber() + 1;
      }
    }
    return labelled;
  }

  /** A row that ends early has nothing there. */
  private static String cell(CSVRecord row, String column) {
    return row.isSet(column) ? row.get(column) : "";
  }

  private static CSVFormat format(String text) throws IOException {
    String header = new BufferedReader(new StringReader(text)).readLine();
    boolean semicolons = header != null && header.contains(";") && !header.contains(",");
    return CSVFormat.RFC4180
        .builder()
        .setDelimiter(semicolons ? ';' : ',')
        .setHeader()
        .setSkipHeaderRecord(true)
        .get();
  }
}
