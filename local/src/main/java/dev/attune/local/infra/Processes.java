package dev.attune.local.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks at and ends processes that aren't children of this one. On Linux an ended process is listed
 * until its parent has asked for its exit code; some first processes of containers never ask, and
 * then {@link ProcessHandle#isAlive} says for ever that it lives.
 */
public final class Processes {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);

  private Processes() {}

  /** Whether it runs; false for one that has ended and is only listed. */
  public static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !isOnlyListed(process.pid());
  }

  /** Its first thread may have ended before others, which still hold files. */
  private static boolean isOnlyListed(long pid) {
    try {
      List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
      return status.contains("State:\tZ (zombie)") && status.contains("Threads:\t1");
    } catch (IOException e) {
      return false; // gone meanwhile, or not Linux
    }
  }

  /**
   * When it started, as the kernel counts: the boot's id and the clock ticks since then. Java's
   * {@link ProcessHandle.Info#startInstant} moves whenever the machine's clock is set.
   *
   * @return empty where there is no such process, and on other systems than Linux
   */
  public static Optional<String> start(long pid) {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // the second field, the program's name in brackets, may hold anything; this is the 22nd
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Optional.of(boot + " " + fields[22 - 3]);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Waits until it has ended.
   *
   * @return false if it runs after that time, or this thread is interrupted
   */
  public static boolean awaitEnd(ProcessHandle process, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (isAlive(process)) {
      if (System.nanoTime() > deadline || !pause()) {
        return false;
      }
    }
    return true;
  }

  private static boolean pause() {
    try {
      Thread.sleep(POLL);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks it to end and waits for it; kills it when it does not. */
  public static void stop(ProcessHandle process) {
    process.destroy();
    if (!awaitEnd(process, STOP_TIMEOUT)) {
      kill(process);
    }
  }

  /** Ends it at once, as {@code kill -9}. */
  public static void kill(ProcessHandle process) {
    process.destroyForcibly();
    var unused = awaitEnd(process, STOP_TIMEOUT);
  }
}
