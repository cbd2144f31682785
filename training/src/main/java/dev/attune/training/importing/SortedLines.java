package dev.attune.training.importing;

import dev.attune.core.files.ScratchFolder;
import dev.attune.training.UserFault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts lines by their time in constant memory: what doesn't fit is sorted in runs on disk, which
 * are merged when all is there. Lines of one time keep their order.
 */
final class SortedLines implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  /** What a line costs in memory beside its bytes. */
  private static final int OVERHEAD = 48;

  private final long budget;
  private final ScratchFolder scratch;
  private final List<Path> runs = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();
  private long held;

  /**
   * @param budget bytes of lines that memory may hold
   * @param beside a file in whose folder runs may lie for a while
   */
  SortedLines(long budget, Path beside) throws IOException {
    this.budget = budget;
    Path parent = Objects.requireNonNull(beside.toAbsolutePath().getParent());
    Files.createDirectories(parent);
    this.scratch = ScratchFolder.make(parent, ".import-");
  }

  /** UTF-8 halves the memory of the text. */
  record Line(long time, byte[] text) {}

  /** What takes the lines. */
  interface Sink {
    void take(Line line) throws IOException;
  }

  /**
   * @throws UserFault when there is no room on disk
   */
  void add(long time, byte[] text) {
    lines.add(new Line(time, text));
    held += text.length + OVERHEAD;
    if (held > budget) {
      spill();
    }
  }

  private void spill() {
    lines.sort(Comparator.comparingLong(Line::time));
    Path run = scratch.path().resolve("run-" + runs.size());
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), BUFFER))) {
      for (Line line : lines) {
        out.writeLong(line.time());
        out.writeInt(line.text().length);
        out.write(line.text());
      }
    } catch (IOException e) {
      throw new UserFault("The events can't be sorted on disk, beside the output.", e);
    }
    runs.add(run);
    lines.clear();
    held = 0;
  }

  /** Hands over all lines, earliest first. */
  void merge(Sink sink) throws IOException {
    lines.sort(Comparator.comparingLong(Line::time));
    List<Run> open = new ArrayList<>();
    try {
      for (Path run : runs) {
        open.add(new Run(open.size(), run));
      }
      open.add(new Run(open.size(), lines.iterator()));
      PriorityQueue<Run> next =
          new PriorityQueue<>(
              Comparator.comparingLong(Run::time).thenComparingInt(run -> run.number));
      open.stream().filter(run -> run.line != null).forEach(next::add);
      while (!next.isEmpty()) {
        Run first = next.remove();
        sink.take(first.take());
        if (first.line != null) {
          next.add(first);
        }
      }
    } finally {
      for (Run run : open) {
        run.close();
      }
    }
  }

  /** A sorted run with its first line at hand. */
  private static final class Run {
    private final int number;
    private final @Nullable DataInputStream file;
    private final Iterator<Line> memory;
    private @Nullable Line line;

    Run(int number, Path path) throws IOException {
      this.number = number;
      this.file = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER));
      this.memory = List.<Line>of().iterator();
      advance();
    }

    Run(int number, Iterator<Line> memory) throws IOException {
      this.number = number;
      this.file = null;
      this.memory = memory;
      advance();
    }

    long time() {
      Line first = line;
      return first == null ? Long.MAX_VALUE : first.time();
    }

    Line take() throws IOException {
      Line first = line;
      if (first == null) {
        throw new EOFException();
      }
      advance();
      return first;
    }

    private void advance() throws IOException {
      DataInputStream in = file;
      if (in == null) {
        line = memory.hasNext() ? memory.next() : null;
        return;
      }
      try {
        long time = in.readLong();
        line = new Line(time, in.readNBytes(in.readInt()));
      } catch (EOFException e) {
        line = null;
      }
    }

    void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
