package dev.attune.sdk;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait, in order, bounded. With a file they survive the process: the file is a
 * journal of lines {@code +id json} and {@code -id}; opening it replays the lines, and it is
 * rewritten when most of it is gone. A last line cut off by a crash is passed over. A disk that
 * fails or fills up later throws nothing into the caller: events then wait in memory, and the file
 * is written anew as soon as it can be. The file is its owner's alone to read, where the file
 * system knows owners. Thread-safe.
 */
class Spool implements AutoCloseable {
  /** Rewriting pays only when the journal has grown well beyond what it keeps. */
  private static final int SMALLEST_REWRITE = 1000;

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Map<String, String> waiting = new LinkedHashMap<>();

  /** Of those that wait, the ones that the file must not have. */
  private final Set<String> unwritten = new HashSet<>();

  private final int limit;
  private final @Nullable Path file;
  private @Nullable FileChannel lock;
  private @Nullable BufferedWriter journal;
  private int lines;
  private boolean closed;

  /**
   * @param file the journal, or null to keep events in memory only
   * @param limit most events that wait
   * @throws UncheckedIOException where the file cannot be read or written, or another process has
   *     it
   */
  Spool(@Nullable Path file, int limit) {
    this.file = file;
    this.limit = limit;
    if (file != null) {
      try {
        open(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot use the spool file " + file, e);
      }
    }
  }

  private void open(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    lock(path.resolveSibling(path.getFileName() + ".lock"));
    if (Files.exists(path)) {
      replay(new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
    }
    rewrite(path);
  }

  private void lock(Path path) throws IOException {
    makeOwners(path);
    lock = FileChannel.open(path, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) {
        throw new IOException("another process uses it");
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("another Attune in this process uses it", e);
    }
  }

  private void replay(String text) {
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      String line = text.substring(start, end);
      start = end + 1;
      int space = line.indexOf(' ');
      if (line.startsWith("+") && space > 0) {
        waiting.put(line.substring(1, space), line.substring(space + 1));
      } else if (line.startsWith("-")) {
        waiting.remove(line.substring(1));
      }
    }
  }

  /** An empty file that nobody else may read, before anything is in it. */
  private static void makeOwners(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      if (!Files.exists(path)) {
        Files.createFile(path);
      }
      return;
    }
    try {
      Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNERS));
    } catch (FileAlreadyExistsException e) {
      Files.setPosixFilePermissions(path, OWNERS);
    }
  }

  /**
   * Keeps an event; returns how many of the oldest had to go for it.
   *
   * @param inFile whether it may outlive the process
   */
  synchronized int add(String id, String json, boolean inFile) {
    int dropped = 0;
    while (waiting.size() >= limit) {
      remove(List.of(waiting.keySet().iterator().next()));
      dropped++;
    }
    waiting.put(id, json);
    if (inFile) {
      append("+" + id + " " + json + "\n");
    } else {
      unwritten.add(id);
    }
    return dropped;
  }

  /** The oldest events by id, at most so many and so many bytes, always at least one. */
  synchronized Map<String, String> head(int count, int bytes) {
    Map<String, String> batch = new LinkedHashMap<>();
    int size = 0;
    for (Map.Entry<String, String> event : waiting.entrySet()) {
      size += event.getValue().getBytes(StandardCharsets.UTF_8).length + 1;
      if (!batch.isEmpty() && (batch.size() == count || size > bytes)) {
        break;
      }
      batch.put(event.getKey(), event.getValue());
    }
    return batch;
  }

  synchronized void remove(Iterable<String> ids) {
    StringBuilder gone = new StringBuilder();
    for (String id : ids) {
      if (waiting.remove(id) != null && !unwritten.remove(id)) {
        gone.append('-').append(id).append('\n');
      }
    }
    append(gone.toString());
    if (lines > SMALLEST_REWRITE && lines > 4 * waiting.size()) {
      tryRewrite();
    }
  }

  synchronized int size() {
    return waiting.size();
  }

  private void append(String text) {
    if (file == null || closed || text.isEmpty()) {
      return;
    }
    if (journal == null) {
      tryRewrite();
      return;
    }
    try {
      journal.write(text);
      journal.flush();
      lines += text.chars().filter(c -> c == '\n').count();
    } catch (IOException e) {
      abandonJournal();
    }
  }

  private void tryRewrite() {
    if (file == null || closed) {
      return;
    }
    try {
      rewrite(file);
    } catch (IOException e) {
      abandonJournal();
    }
  }

  /** The next change tries to write all that waits into a new file. */
  private void abandonJournal() {
    BufferedWriter broken = journal;
    journal = null;
    try {
      if (broken != null) {
        broken.close();
      }
    } catch (IOException e) {
      // it could not write before either
    }
  }

  private void rewrite(Path path) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    List<String> kept = new ArrayList<>();
    waiting.forEach(
        (id, json) -> {
          if (!unwritten.contains(id)) {
            kept.add("+" + id + " " + json);
          }
        });
    makeOwners(next);
    Files.write(next, kept, StandardCharsets.UTF_8);
    abandonJournal();
    Files.move(next, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    journal = Files.newBufferedWriter(path, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    lines = kept.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      if (journal != null) {
        journal.close();
      }
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the spool file " + file, e);
    }
  }
}
