package dev.attune.chaos.stack;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.server.Prometheus;
import dev.attune.chaos.Check;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.ResidentMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Looks at each service's memory every half minute, after a full collection: what is in use then is
 * alive. The median of the last third of the time must be no more than that of the second. The
 * first third fills caches and loads code. A median, since a process that has just been started
 * holds little.
 */
public final class MemoryTrend implements AutoCloseable {
  private static final long EVERY_SECONDS = 30;
  private static final List<Part> SERVICES =
      List.of(Part.GATEWAY, Part.STREAMS, Part.INFERENCE, Part.RESPONSES);

  /** What a quarter more and a few objects are, is noise. */
  private static final double NOISE = 1.25;

  private static final long NOISE_MB = 8;

  /** A paused process collects nothing. */
  private static final long COLLECTED_WITHIN_SECONDS = 5;

  private final ChaosStack stack;
  private final Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
  private final Thread thread;

  private record Sample(long heapMb, long residentMb) {}

  private MemoryTrend(ChaosStack stack) {
    this.stack = stack;
    this.thread = Thread.ofPlatform().daemon().name("memory").start(this::look);
  }

  public static MemoryTrend of(ChaosStack stack) {
    return new MemoryTrend(stack);
  }

  private void look() {
    try {
      while (true) {
        SERVICES.forEach(this::look);
        TimeUnit.SECONDS.sleep(EVERY_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Part part) {
    long pid = stack.pid(first(part)).orElse(-1L);
    if (!collect(pid)) {
      return;
    }
    try {
      double heap =
          Prometheus.sum(stack.management(first(part)), "jvm_memory_used_bytes", "area=\"heap\"");
      long resident = ResidentMemory.of(pid).orElse(0);
      if (heap > 0 && resident > 0) {
        add(part, new Sample((long) heap >> 20, resident >> 20));
      }
    } catch (BenchmarkException e) {
      // it is just being killed, paused or started
    }
  }

  /** Whether a full collection has ended. */
  private static boolean collect(long pid) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process collecting =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = collecting.waitFor(COLLECTED_WITHIN_SECONDS, TimeUnit.SECONDS);
      collecting.destroyForcibly();
      return ended && collecting.exitValue() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void add(Part part, Sample sample) {
    samples.computeIfAbsent(part, _ -> new ArrayList<>()).add(sample);
  }

  /** What is alive in each service in the second and the last third of the time so far. */
  public synchronized Check isFlat() {
    List<String> seen = new ArrayList<>();
    boolean flat = !samples.isEmpty();
    for (Map.Entry<Part, List<Sample>> part : samples.entrySet()) {
      List<Sample> all = part.getValue();
      int third = all.size() / 3;
      if (third == 0) {
        return new Check("each service's heap stays flat", "too few looks", false);
      }
      long before = medianHeap(all.subList(third, 2 * third));
      long after = medianHeap(all.subList(2 * third, all.size()));
      long resident = all.stream().mapToLong(Sample::residentMb).max().orElse(0);
      flat &= after <= NOISE * before + NOISE_MB;
      seen.add("%s %d → %d (resident ≤ %d)".formatted(part.getKey().id(), before, after, resident));
    }
    return new Check("each service's heap stays flat", String.join(", ", seen) + " MB", flat);
  }

  private static long medianHeap(List<Sample> some) {
    long[] sorted = some.stream().mapToLong(Sample::heapMb).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
