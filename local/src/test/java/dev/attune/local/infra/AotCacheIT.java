package dev.attune.local.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes a real cache, of a program of Kafka's that ends by itself. */
class AotCacheIT {
  private static final String CLASS_PATH = Checkout.find().kafkaClassPath();

  @TempDir private Path folder;

  @Test
  void aProgramStartsFromItsCache() throws Exception {
    List<String> plain = command(CLASS_PATH);
    AotCache cache = AotCache.of(folder, plain);
    assertThat(cache.options()).isEmpty();
    assertThat(run(cache.recording(plain))).isZero();

    cache.create(plain, folder.resolve("log"));

    assertThat(cache.options()).containsExactly("-XX:AOTCache=" + cache.file());
    var strict = new ArrayList<>(plain);
    strict.addAll(1, cache.options());
    // a JVM that can't use it refuses to start then
    strict.add(1, "-XX:AOTMode=on");
    assertThat(run(strict)).isZero();
    assertThat(folder.resolve(cache.file().getFileName() + ".recorded")).doesNotExist();
  }

  @Test
  void anotherJarHasAnotherCache() throws IOException {
    Path jar = Files.writeString(folder.resolve("a.jar"), "one");
    AotCache before = AotCache.of(folder, command(jar.toString()));
    assertThat(AotCache.of(folder, command(jar.toString()))).isEqualTo(before);

    Path next = Files.writeString(folder.resolve("next"), "another");
    Files.move(next, jar, StandardCopyOption.REPLACE_EXISTING);

    assertThat(AotCache.of(folder, command(jar.toString()))).isNotEqualTo(before);
  }

  @Test
  void withoutARecordingThereIsNoCache() {
    List<String> command = command(CLASS_PATH);
    AotCache cache = AotCache.of(folder, command);

    assertThatThrownBy(() -> cache.create(command, folder.resolve("log")))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("could not be made");
    assertThat(folder).isDirectoryNotContaining("glob:**.aot*");
  }

  private static List<String> command(String classPath) {
    return KafkaServer.small()
        .option("-cp")
        .option(classPath)
        .run("kafka.tools.StorageTool", "random-uuid");
  }

  private int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("run.log").toFile())
        .start()
        .waitFor();
  }
}
