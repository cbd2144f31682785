package dev.attune.training.train;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.Memberships;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Encoding;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Labelled rows as CSV, for whoever trains elsewhere: a column a number or category, as the online
 * scorer sees them, an empty cell being missing; a column of 1 and 0 a segment; then the label.
 * Texts are left out, since only their hashes exist.
 */
final class ExampleFile {
  private ExampleFile() {}

  static void write(Path file, List<Example> rows, Playbook playbook) throws IOException {
    List<FeatureColumn> columns =
        playbook.features().columns().stream()
            .filter(column -> column.kind() != ColumnKind.TOKENS)
            .toList();
    List<Encoding.Segment> segments =
        EncodingFitter.encodings(playbook.segments(), playbook.training());
    List<String> header = new ArrayList<>(columns.stream().map(FeatureColumn::name).toList());
    segments.forEach(segment -> header.add(segment.feature()));
    header.add("label");
    try (Writer out = Files.newBufferedWriter(file);
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord(header);
      for (Example row : rows) {
        List<@Nullable Object> cells = new ArrayList<>();
        columns.forEach(column -> cells.add(cell(row, column)));
        segments.forEach(segment -> cells.add(cell(row, segment)));
        cells.add(row.label());
        csv.printRecord(cells);
      }
    }
  }

  private static @Nullable Object cell(Example row, Encoding.Segment segment) {
    Memberships memberships = row.row().memberships();
    return memberships == null ? null : memberships.members()[segment.index()] ? 1 : 0;
  }

  private static @Nullable Object cell(Example row, FeatureColumn column) {
    if (column.kind() == ColumnKind.CATEGORY) {
      return row.row().categories()[column.index()];
    }
    double number = row.row().numbers()[column.index()];
    return Double.isNaN(number) ? null : number;
  }
}
