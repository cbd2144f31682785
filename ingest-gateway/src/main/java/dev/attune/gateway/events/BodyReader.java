package dev.attune.gateway.events;

import dev.attune.gateway.problem.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads bodies whole, unpacks gzip, and counts while it reads: what is too large is given up at the
 * limit, whatever its headers promise, and all bodies together hold at most {@code max-in-flight}.
 */
@Component
final class BodyReader {
  private static final int CHUNK = 8 * 1024;

  /** Memory follows the bytes that have come, not those that a header promises. */
  private static final int FIRST_READ = 64 * 1024;

  private final BodySettings settings;
  private final Semaphore budget;

  BodyReader(BodySettings settings, MeterRegistry meters) {
    this.settings = settings;
    int inFlight = (int) Math.min(Integer.MAX_VALUE, settings.maxInFlight().toBytes());
    this.budget = new Semaphore(inFlight);
    meters.gauge("attune.ingest.body.bytes", budget, b -> inFlight - b.availablePermits());
  }

  /** A body in memory; closing gives its share of the budget back. */
  final class Body implements AutoCloseable {
    private byte[] bytes = new byte[0];
    private int held;
    private @Nullable Problem problem;

    byte[] bytes() {
      return bytes;
    }

    @Nullable Problem problem() {
      return problem;
    }

    @Override
    public void close() {
      budget.release(held);
      held = 0;
    }

    private boolean hold(int more) {
      if (!budget.tryAcquire(more)) {
        problem = Problem.unavailable("too many bodies are being worked on");
        return false;
      }
      held += more;
      return true;
    }
  }

  Body read(HttpServletRequest request) throws IOException {
    Body body = new Body();
    String encoding = request.getHeader("Content-Encoding");
    boolean gzip = "gzip".equalsIgnoreCase(encoding);
    long maxWire = gzip ? settings.maxCompressed().toBytes() : settings.maxBody().toBytes();
    if (!gzip && encoding != null && !encoding.equalsIgnoreCase("identity")) {
      body.problem = Problem.unsupportedMediaType("Content-Encoding is gzip or none");
    } else if (request.getContentLengthLong() > maxWire) {
      body.problem = tooLarge(maxWire, gzip);
    } else {
      InputStream wire = new Bounded(request.getInputStream(), maxWire);
      try {
        fill(
            body, gzip ? new GZIPInputStream(wire, CHUNK) : wire, request.getContentLength(), gzip);
      } catch (TooLong e) {
        body.problem = tooLarge(maxWire, gzip);
      } catch (ZipException | EOFException e) {
        body.problem = Problem.malformed("the body is no gzip, as Content-Encoding says");
      } catch (IOException | RuntimeException e) {
        body.close();
        throw e;
      }
    }
    return body;
  }

  private void fill(Body body, InputStream in, int length, boolean gzip) throws IOException {
    int max = (int) settings.maxBody().toBytes();
    byte[] bytes = new byte[gzip || length < 0 ? CHUNK : Math.clamp(length, 1, FIRST_READ)];
    if (!body.hold(bytes.length)) {
      return;
    }
    int size = 0;
    for (int n = in.read(bytes, 0, bytes.length);
        n >= 0;
        n = in.read(bytes, size, bytes.length - size)) {
      size += n;
      if (size == bytes.length) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        if (size == max) {
          body.problem = tooLarge(max, false);
          return;
        }
        int larger = Math.min(max, 2 * size);
        if (!body.hold(larger - size)) {
          return;
        }
        bytes = Arrays.copyOf(bytes, larger);
        bytes[size++] = (byte) next;
      }
    }
    body.bytes = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private static Problem tooLarge(long max, boolean gzip) {
    return Problem.tooLarge(
        "a body has at most " + max + " bytes" + (gzip ? " compressed" : " uncompressed"));
  }

  private static final class TooLong extends IOException {}

  /** Stops at the limit of bytes on the wire; a chunked body has no length to look at before. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long max) {
      this.in = in;
      this.left = max;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      int n = in.read(to, from, length);
      count(Math.max(n, 0));
      return n;
    }

    private void count(int n) throws TooLong {
      left -= n;
      if (left < 0) {
        throw new TooLong();
      }
    }
  }
}
