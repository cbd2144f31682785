package dev.attune.streams.bench.features;

import dev.attune.bench.BenchmarkException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;

/**
 * What events cost.
 *
 * @param eventsASecond by the wall clock
 * @param threadMicros the stream thread's processor time an event
 * @param processMicros that of the whole process, RocksDB's and the producer's threads included
 */
record Cost(double eventsASecond, double threadMicros, double processMicros) {
  /** Where clocks stood when so many events were committed. */
  record Reading(long events, long wallNanos, long threadNanos, long processNanos) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static Reading now(long events) {
      return new Reading(events, System.nanoTime(), ofStreamThread(), ofProcess());
    }

    /** Over a while from now. */
    static double processorsInUse(Duration time) throws InterruptedException {
      long before = ofProcess();
      Thread.sleep(time);
      return (double) (ofProcess() - before) / time.toNanos();
    }

    private static long ofProcess() {
      return ((com.sun.management.OperatingSystemMXBean)
              ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }

    private static long ofStreamThread() {
      return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
          .filter(thread -> thread != null && thread.getThreadName().endsWith("StreamThread-1"))
          .mapToLong(ThreadInfo::getThreadId)
          .map(THREADS::getThreadCpuTime)
          .max()
          .orElseThrow(() -> new BenchmarkException("there is no stream thread"));
    }

    Cost until(Reading end) {
      double done = end.events - events;
      return new Cost(
          done * 1e9 / (end.wallNanos - wallNanos),
          (end.threadNanos - threadNanos) / done / 1e3,
          (end.processNanos - processNanos) / done / 1e3);
    }
  }
}
