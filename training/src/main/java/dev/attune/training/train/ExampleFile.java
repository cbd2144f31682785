package dev.attune.training.train;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
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
 * scorer sees them, an empty cell being missing; then the label. Texts are left out, since only
 * their hashes exist.
 */
final class ExampleFile {
  private ExampleFile() {}

  static void write(Path file, List<Example> rows, FeatureSet features) throws IOException {
    List<FeatureColumn> columns =
        features.columns().stream().filter(column -> column.kind() != ColumnKind.TOKENS).toList();
    List<String> header = new ArrayList<>(columns.stream().map(FeatureColumn::name).toList());
    header.add("label");
    try (Writer out = Files.newBufferedWriter(file);
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord(header);
      for (Example row : rows) {
        List<@Nullable Object> cells = new ArrayList<>();
        columns.forEach(column -> cells.add(cell(row, column)));
        cells.add(row.label());
        csv.printRecord(cells);
      }
    }
  }

  private static @Nullable Object cell(Example row, FeatureColumn column) {
    if (column.kind() == ColumnKind.CATEGORY) {
      return row.row().categories()[column.index()];
    }
    double number = row.row().numbers()[column.index()];
    return Double.isNaN(number) ? null : number;
  }
}
