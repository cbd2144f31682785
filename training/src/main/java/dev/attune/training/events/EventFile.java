package dev.attune.training.events;

import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.training.ByteOrderMark;
import dev.attune.training.UserFault;
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
public final class EventFile {
  private static final EventJson JSON = EventJson.standard();

  private final Path file;
  private final AtomicLong bytesRead = new AtomicLong();
  private long unreadable;

  public EventFile(Path file) {
    this.file = file;
  }

  /** Takes the file's events one after the other. */
  public interface Sink<E extends Exception> {
    void event(FileEvent event) throws E;

    /** A line that is no event. */
    default void unreadable(long number, EventError why) {}
  }

  /**
   * Hands over every line but blank ones.
   *
   * @throws UserFault when the file can't be read
   */
  public <E extends Exception> void read(Sink<E> sink) throws E {
    try (BufferedReader in = open()) {
      long number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          accept(number, line, sink);
        }
      }
    } catch (NoSuchFileException e) {
      throw new UserFault("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new UserFault("%s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private <E extends Exception> void accept(long number, String line, Sink<E> sink) throws E {
    switch (JSON.readLine(line)) {
      case ParsedEvent.Valid valid ->
          sink.event(new FileEvent(number, line.strip(), valid.event()));
      case ParsedEvent.Invalid invalid -> {
        unreadable++;
        sink.unreadable(number, invalid.error());
      }
    }
  }

  private BufferedReader open() throws IOException {
    InputStream raw = new Counting(Files.newInputStream(file));
    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    return ByteOrderMark.skip(
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16));
  }

  /** How much of the file was read, 0 to 1; any thread may ask. */
  public double progress() {
    try {
      return Math.min(1, (double) bytesRead.get() / Math.max(1, Files.size(file)));
    } catch (IOException e) {
      return 0;
    }
  }

  /** Lines that were no events. */
  public long unreadable() {
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
