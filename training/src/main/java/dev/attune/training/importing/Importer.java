package dev.attune.training.importing;

import dev.attune.core.expression.Scope;
import dev.attune.core.privacy.MaskRules;
import dev.attune.core.privacy.Masking;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Historical logs to events, ordered by time, in constant memory but for what later inputs join on.
 * Every row that gives no event is counted by reason, and so is every event that ingest would
 * refuse.
 */
public final class Importer {
  /** Of lines that wait to be sorted; the rest is sorted on disk. */
  private static final long MEMORY = 128L << 20;

  /** Enough to see whether a mapping does what was meant. */
  private static final long ROWS_OF_A_CHECK = 1000;

  private final ImportMapping mapping;
  private final Progress progress;
  private final SortedLines lines;
  private final long mostRows;
  private final @Nullable Masking masking;
  private final Set<String> joined;
  private final Map<String, Map<String, Map<String, String>>> remembered = new HashMap<>();
  private final Map<String, Map<String, Skipped>> skipped = new TreeMap<>();
  private final Map<String, Long> rows = new TreeMap<>();
  private final Map<String, Long> events = new TreeMap<>();

  private Importer(ImportMapping mapping, SortedLines lines, long mostRows, Progress progress) {
    this.mapping = mapping;
    this.joined = mapping.joined();
    this.lines = lines;
    this.mostRows = mostRows;
    this.masking = mapping.masked() ? new Masking(MaskRules.standard()) : null;
    this.progress = progress;
  }

  /**
   * What an import did.
   *
   * @param rows read, by input
   * @param events written, by type
   * @param skipped rows and events left out, by input and reason
   */
  public record Report(
      Map<String, Long> rows, Map<String, Long> events, Map<String, Map<String, Skipped>> skipped) {
    public long written() {
      return events.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Rows or events left out for one reason.
   *
   * @param firstRow the number of the first one's row, counted from 1 without the header
   */
  public record Skipped(long count, long firstRow) {}

  /**
   * Takes all rows.
   *
   * @param out the file of events, written aside and renamed: an interrupted import leaves no half
   *     file
   * @throws dev.attune.core.yaml.PlaybookException when the mapping has mistakes
   * @throws UserFault when an input can't be read
   */
  public static Report run(Path mappingFile, List<Path> inputs, Path out, Progress progress) {
    return run(mappingFile, inputs, out, Long.MAX_VALUE, MEMORY, progress);
  }

  /**
   * Takes the first rows of each input and writes nothing.
   *
   * @param events told the events that come of them, earliest first
   */
  public static Report check(
      Path mappingFile, List<Path> inputs, Consumer<String> events, Progress progress) {
    try {
      Path out = Files.createTempFile("attune-import-", ".jsonl");
      try {
        Report report = run(mappingFile, inputs, out, ROWS_OF_A_CHECK, MEMORY, progress);
        try (Stream<String> lines = Files.lines(out)) {
          lines.forEach(events);
        }
        return report;
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (IOException e) {
      throw new UserFault("There is no room for a file in the folder of temporary files.", e);
    }
  }

  static Report run(
      Path mappingFile,
      List<Path> inputs,
      Path out,
      long mostRows,
      long memory,
      Progress progress) {
    ImportMapping mapping = mapping(mappingFile, inputs);
    try (SortedLines lines = new SortedLines(memory, out)) {
      return new Importer(mapping, lines, mostRows, progress).run(inputs, out);
    } catch (IOException | UncheckedIOException e) {
      throw new UserFault(out + " can't be written.", e);
    }
  }

  private static ImportMapping mapping(Path mappingFile, List<Path> inputs) {
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
    return mapping;
  }

  private Report run(List<Path> files, Path out) throws IOException {
    for (int i = 0; i < files.size(); i++) {
      ImportMapping.Input input = mapping.inputs().get(i);
      progress.phase("reading " + input.name(), Files.size(files.get(i)));
      RowFile.read(files.get(i), input, (row, bytes) -> row(input, row, bytes));
    }
    progress.phase(
        "writing " + out.getFileName(), events.values().stream().mapToLong(Long::longValue).sum());
    write(out);
    return new Report(rows, events, skipped);
  }

  private boolean row(ImportMapping.Input input, Map<String, String> columns, long bytes) {
    long number = rows.merge(input.name(), 1L, Long::sum);
    progress.at(bytes);
    take(input, columns);
    return number < mostRows;
  }

  private void take(ImportMapping.Input input, Map<String, String> columns) {
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
    if (input.key() == null || !joined.contains(input.name())) {
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
      switch (EventLine.make(template, input.times(), row, masking)) {
        case EventLine.Result.Made made -> {
          lines.add(made.time(), made.line().getBytes(StandardCharsets.UTF_8));
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
    skipped
        .computeIfAbsent(input.name(), name -> new TreeMap<>())
        .merge(
            reason,
            new Skipped(1, rows.getOrDefault(input.name(), 0L)),
            (known, one) -> new Skipped(known.count() + 1, known.firstRow()));
  }

  private void write(Path out) throws IOException {
    Path part = out.resolveSibling(out.getFileName() + ".part");
    Duration gap = mapping.sessionGap();
    DerivedSessions sessions = gap == null ? null : new DerivedSessions(gap);
    long[] written = new long[1];
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
      lines.merge(
          line -> {
            file.write(sessions == null ? line.text() : withSession(line.text(), sessions));
            file.write('\n');
            progress.at(++written[0]);
          });
    }
    Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] withSession(byte[] line, DerivedSessions sessions) {
    String text = new String(line, StandardCharsets.UTF_8);
    if (!(EventLine.EVENTS.readLine(text) instanceof ParsedEvent.Valid valid)) {
      throw new IllegalStateException("an event that was written can't be read");
    }
    sessions.settle(valid.event());
    return EventLine.EVENTS.write(valid.event()).getBytes(StandardCharsets.UTF_8);
  }
}
