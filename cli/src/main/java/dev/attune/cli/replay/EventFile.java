package dev.attune.cli.replay;

import dev.attune.local.infra.ServerException;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** A file of events in the ingest format, a line each, gzip or not. */
final class EventFile {
  private static final EventJson JSON = EventJson.standard();

  private final Path file;
  private final AtomicLong bytesRead = new AtomicLong();
  private long unreadable;

  EventFile(Path file) {
    this.file = file;
  }

  /** Takes the file's events one after the other. */
  interface Sink {
    void event(FileEvent event) throws InterruptedException;
  }

  /** Hands over all events; lines that are no events are counted. */
  void read(Sink sink) throws InterruptedException {
    try (BufferedReader in = open()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          accept(line, sink);
        }
      }
    } catch (NoSuchFileException e) {
      throw new ServerException("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new ServerException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private void accept(String line, Sink sink) throws InterruptedException {
    switch (JSON.readLine(line)) {
      case ParsedEvent.Valid valid -> sink.event(new FileEvent(line.strip(), valid.event()));
      case ParsedEvent.Invalid _ -> unreadable++;
    }
  }

  private BufferedReader open() throws IOException {
    InputStream raw = new Counting(Files.newInputStream(file));
    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
  }

  /** How much of the file was read, 0 to 1. */
  double progress() {
    try {
      return Math.min(1, (double) bytesRead.get() / Math.max(1, Files.size(file)));
    } catch (IOException e) {
      return 0;
    }
  }

  long unreadable() {
    return unreadable;
  }

  private final class Counting extends FilterInputStream {
    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      bytesRead.addAndGet(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      bytesRead.addAndGet(Math.max(0, count));
      return count;
    }
  }
}
