package dev.attune.gateway.events;

import dev.attune.gateway.problem.Problem;
import dev.attune.http.Body;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.springframework.stereotype.Component;

/**
 * The limits of bodies, which hold together at most {@code max-in-flight} bytes, and how packed
 * ones are unpacked: no further than the limit, whatever they would become.
 */
@Component
final class Bodies {
  private static final int CHUNK = 8 * 1024;

  /** A body as it is to be read, or why it isn't. */
  sealed interface Plain {
    record Bytes(byte[] bytes) implements Plain {}

    record Refused(Problem problem) implements Plain {}
  }

  private final BodySettings settings;
  private final Semaphore budget;

  Bodies(BodySettings settings, MeterRegistry meters) {
    this.settings = settings;
    int inFlight = (int) Math.min(Integer.MAX_VALUE, settings.maxInFlight().toBytes());
    this.budget = new Semaphore(inFlight);
    meters.gauge("attune.ingest.body.bytes", budget, b -> inFlight - b.availablePermits());
  }

  Body open(HttpHeaders headers) {
    return new Body(budget, maxOnTheWire(headers));
  }

  /** A body that keeps nothing. */
  Body none() {
    return new Body(budget, 0);
  }

  static boolean isPacked(HttpHeaders headers) {
    return "gzip".equalsIgnoreCase(headers.get(HttpHeaderNames.CONTENT_ENCODING));
  }

  Plain plain(Body body, HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (isPacked(headers)) {
      return unpack(body);
    }
    return encoding == null || encoding.equalsIgnoreCase("identity")
        ? new Plain.Bytes(body.bytes())
        : new Plain.Refused(Problem.unsupportedMediaType("Content-Encoding is gzip or none"));
  }

  Problem tooLarge(HttpHeaders headers) {
    return Problem.tooLarge(
        "a body has at most "
            + maxOnTheWire(headers)
            + " bytes"
            + (isPacked(headers) ? " compressed" : " uncompressed"));
  }

  private int maxOnTheWire(HttpHeaders headers) {
    return (int) (isPacked(headers) ? settings.maxCompressed() : settings.maxBody()).toBytes();
  }

  private Plain unpack(Body body) {
    int max = (int) settings.maxBody().toBytes();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body.bytes()), CHUNK)) {
      byte[] bytes = new byte[0];
      int size = 0;
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (size + n > max) {
          return new Plain.Refused(
              Problem.tooLarge("a body has at most " + max + " bytes uncompressed"));
        }
        if (size + n > bytes.length) {
          int larger = Math.max(size + n, Math.min(max, 2 * bytes.length));
          if (!body.hold(larger - bytes.length)) {
            return new Plain.Refused(noRoom());
          }
          bytes = Arrays.copyOf(bytes, larger);
        }
        System.arraycopy(chunk, 0, bytes, size, n);
        size += n;
      }
      return new Plain.Bytes(Arrays.copyOf(bytes, size));
    } catch (ZipException | EOFException e) {
      return new Plain.Refused(Problem.malformed("the body is no gzip, as Content-Encoding says"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  static Problem noRoom() {
    return Problem.unavailable("too many bodies are being worked on");
  }
}
