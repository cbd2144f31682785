package dev.attune.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fuzz targets over their seeds and simple mutations; the real fuzzer in the long test. */
class FuzzTest {
  private static final int MUTATIONS = 2_000;
  private static final int FUZZ_SECONDS = 60;

  @TempDir private Path folder = Path.of("");

  @Test
  void jsonEndsInAValueWhateverTheBytes() {
    mutate(FuzzSeeds.json(), JsonFuzz::fuzzerTestOneInput);
  }

  @Test
  void avroEndsInAValueWhateverTheBytes() {
    mutate(FuzzSeeds.avro(), AvroFuzz::fuzzerTestOneInput);
  }

  /** Bytes changed, cut, doubled; from a fixed seed, so that a failure comes again. */
  private static void mutate(List<byte[]> seeds, Consumer<byte[]> target) {
    Random random = new Random(20260102);
    for (byte[] seed : seeds) {
      target.accept(seed);
      for (int i = 0; i < MUTATIONS; i++) {
        target.accept(mutated(seed, random));
      }
    }
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = Arrays.copyOf(seed, random.nextInt(seed.length * 2 + 1));
    for (int i = seed.length; i < bytes.length; i++) {
      bytes[i] = seed[i - seed.length];
    }
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(classes = {JsonFuzz.class, AvroFuzz.class})
  @EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
  void theFuzzerFindsNothing(Class<?> target) throws IOException, InterruptedException {
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    List<byte[]> seeds = target == JsonFuzz.class ? FuzzSeeds.json() : FuzzSeeds.avro();
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed" + i), seeds.get(i));
    }
    Path log = folder.resolve("log");
    Process fuzzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.attune.**:org.apache.avro.**:tools.jackson.core.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + FUZZ_SECONDS,
                "-rss_limit_mb=2048",
                corpus.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = fuzzer.waitFor(3 * FUZZ_SECONDS, TimeUnit.SECONDS);
    fuzzer.destroyForcibly();

    String said = Files.readString(log);
    assertThat(ended).as(said).isTrue();
    assertThat(fuzzer.exitValue()).as(said).isZero();
    assertThat(said).containsPattern("Done \\d+ runs");
  }
}
