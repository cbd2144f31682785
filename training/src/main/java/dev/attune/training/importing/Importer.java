package dev.attune.training.importing;

import dev.attune.core.expression.Scope;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Historical logs to events, ordered by time. Every row that gives no event is counted by reason,
 * and so is every event that ingest would refuse. Events are held in memory until they are sorted.
 */
public final class Importer {
  private final ImportMapping mapping;
  private final Progress progress;
  private final List<Line> lines = new ArrayList<>();
  private final Map<String, Map<String, Map<String, String>>> remembered = new HashMap<>();
  private final Map<String, Map<String, Long>> skipped = new TreeMap<>();
  private final Map<String, Long> rows = new TreeMap<>();
  private final Map<String, Long> events = new TreeMap<>();

  private Importer(ImportMapping mapping, Progress progress) {
    this.mapping = mapping;
    this.progress = progress;
  }

  /** UTF-8 halves the memory of the text. */
  private record Line(long time, byte[] text) {}

  /**
   * What an import did.
   *
   * @param rows read, by input
   * @param events written, by type
   * @param skipped rows and events left out, by input and reason
   */
  public record Report(
      Map<String, Long> rows, Map<String, Long> events, Map<String, Map<String, Long>> skipped) {
    public long written() {
      return events.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * @throws dev.attune.core.yaml.PlaybookException when the mapping has mistakes
   * @throws UserFault when an input can't be read
   */
  public static Report run(Path mappingFile, List<Path> inputs, Path out, Progress progress) {
    if (!Files.exists(mappingFile)) {
      throw new UserFault("There is no mapping " + mappingFile + ".");
    }
    ImportMapping mapping = ImportMapping.load(mappingFile);
    if (mapping.inputs().size() != inputs.size()) {
      throw new UserFault(
          "%s describes %d inputs (%s); %d were given."
              .formatted(
                  mappingFile.getFileName(),
                  mapping.inputs().size(),
                  String.join(", ", mapping.inputs().stream().map(i -> i.name()).toList()),
                  inputs.size()));
    }
    for (Path input : inputs) {
      if (!Files.isReadable(input)) {
        throw new UserFault("There is no input " + input + ".");
      }
    }
    return new Importer(mapping, progress).run(inputs, out);
  }

  private Report run(List<Path> files, Path out) {
    for (int i = 0; i < files.size(); i++) {
      ImportMapping.Input input = mapping.inputs().get(i);
      progress.phase("reading " + input.name(), 0);
      RowFile.read(files.get(i), input.format(), row -> row(input, row));
    }
    progress.phase("writing " + out.getFileName(), lines.size());
    write(out);
    return new Report(rows, events, skipped);
  }

  private void row(ImportMapping.Input input, Map<String, String> columns) {
    progress.at(rows.merge(input.name(), 1L, Long::sum));
    Map<String, Map<String, String>> joined = new HashMap<>();
    for (ImportMapping.Join join : input.joins()) {
      Map<String, String> found =
          remembered
              .getOrDefault(join.input(), Map.of())
              .get(columns.getOrDefault(join.column(), ""));
      if (found == null) {
        skip(input, "no row of " + join.input() + " to join");
        return;
      }
      joined.put(join.name(), found);
    }
    Scope scope = scope(input, columns, joined);
    for (ImportMapping.Skip skip : input.skips()) {
      if (skip.when().test(scope)) {
        skip(input, skip.reason());
        return;
      }
    }
    remember(input, columns);
    emit(input, new ColumnTemplate.Row(columns, joined), scope);
  }

  /** The conditions' variables: the row, then each joined row. */
  private static Scope scope(
      ImportMapping.Input input,
      Map<String, String> columns,
      Map<String, Map<String, String>> joined) {
    List<Map<String, String>> values = new ArrayList<>();
    values.add(columns);
    input.joins().forEach(join -> values.add(joined.getOrDefault(join.name(), Map.of())));
    return Scope.of(values);
  }

  private void remember(ImportMapping.Input input, Map<String, String> columns) {
    if (input.key() == null) {
      return;
    }
    Map<String, String> kept = new HashMap<>();
    for (String column : input.keep()) {
      kept.put(column, columns.getOrDefault(column, ""));
    }
    remembered
        .computeIfAbsent(input.name(), name -> new HashMap<>())
        .put(columns.getOrDefault(input.key(), ""), Map.copyOf(kept));
  }

  private void emit(ImportMapping.Input input, ColumnTemplate.Row row, Scope scope) {
    boolean any = false;
    for (ImportMapping.EventTemplate template : input.events()) {
      if (template.when() != null && !template.when().test(scope)) {
        continue;
      }
      any = true;
      switch (EventLine.make(template, input.times(), row)) {
        case EventLine.Result.Made made -> {
          lines.add(new Line(made.time(), made.line().getBytes(StandardCharsets.UTF_8)));
          events.merge(template.type(), 1L, Long::sum);
        }
        case EventLine.Result.Refused refused ->
            skip(input, template.type() + " refused, " + refused.reason());
      }
    }
    if (!any) {
      skip(input, "no event applies");
    }
  }

  private void skip(ImportMapping.Input input, String reason) {
    skipped.computeIfAbsent(input.name(), name -> new TreeMap<>()).merge(reason, 1L, Long::sum);
  }

  /** Written aside and renamed: an interrupted import leaves no half file. */
  private void write(Path out) {
    lines.sort(Comparator.comparingLong(Line::time));
    Path part = out.resolveSibling(out.getFileName() + ".part");
    try {
      if (out.toAbsolutePath().getParent() != null) {
        Files.createDirectories(out.toAbsolutePath().getParent());
      }
      try (BufferedWriter writer = Files.newBufferedWriter(part)) {
        for (int i = 0; i < lines.size(); i++) {
          writer.write(new String(lines.get(i).text(), StandardCharsets.UTF_8));
          writer.newLine();
          progress.at(i + 1L);
        }
      }
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserFault(out + " can't be written.", e);
    }
  }
}
