package dev.attune.bench.ingest;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.BenchmarkRun;
import dev.attune.local.infra.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kafka's own {@code kafka-producer-perf-test}, in a JVM of its own like the gateway, with the
 * gateway's producer settings and records of the same size.
 */
final class ProducerPerf {
  private static final Pattern RATE = Pattern.compile("([0-9.]+) records/sec");

  private final BenchmarkRun bench;
  private final String bootstrapServers;
  private final String topic;
  private final int recordSize;

  ProducerPerf(BenchmarkRun bench, String bootstrapServers, String topic, int recordSize) {
    this.bench = bench;
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.recordSize = recordSize;
  }

  /** Records a second over all of the run after its warm-up. */
  double run(long records, long warmup) {
    List<String> command =
        JavaCommand.withHeap("512m")
            .option("-cp")
            .option(bench.checkout().kafkaClassPath())
            .run(
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                topic,
                "--num-records",
                Long.toString(records),
                "--warmup-records",
                Long.toString(warmup),
                "--record-size",
                Integer.toString(recordSize),
                "--throughput",
                "-1",
                "--command-property",
                "bootstrap.servers=" + bootstrapServers,
                "acks=all",
                "compression.type=snappy",
                "batch.size=65536");
    return rate(output(command));
  }

  private static String output(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new BenchmarkException("Kafka's producer-perf-test failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new BenchmarkException("Kafka's producer-perf-test did not start.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted", e);
    }
  }

  /** The last line is the summary. */
  static double rate(String output) {
    Matcher matcher = RATE.matcher(output);
    double last = Double.NaN;
    while (matcher.find()) {
      last = Double.parseDouble(matcher.group(1));
    }
    if (Double.isNaN(last)) {
      throw new BenchmarkException("Kafka's producer-perf-test told no rate: " + output);
    }
    return last;
  }
}
