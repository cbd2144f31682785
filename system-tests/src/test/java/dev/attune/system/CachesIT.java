package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.infra.AotCache;
import dev.attune.local.stack.CacheTarget;
import dev.attune.local.stack.CacheTraining;
import dev.attune.local.stack.CheckoutCaches;
import dev.attune.local.stack.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stack's JVMs start from the ahead-of-time caches that {@code ./attune test} has made. */
class CachesIT {
  @ParameterizedTest
  @EnumSource(
      names = {"REDIS", "ZIPKIN", "PROMETHEUS"},
      mode = EnumSource.Mode.EXCLUDE)
  void aPartRunsFromItsCache(Part part) throws IOException {
    RunningStack stack = RunningStack.shared();
    CacheTarget caches = CheckoutCaches.of(stack.settings().checkout());
    assumeFalse(
        new CacheTraining(stack.settings(), caches).isNeeded(),
        "needs the caches of ./attune caches");
    Path maps = Path.of("/proc/%d/maps".formatted(stack.local().process(part).orElseThrow().pid()));
    assumeTrue(Files.exists(maps), "needs Linux");

    assertThat(Files.readAllLines(maps))
        .anyMatch(
            line ->
                line.contains(AotCache.folder(stack.settings().checkout()).toString())
                    && line.endsWith(".aot"));
  }
}
