package dev.attune.schemas.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the scanner is there for; the rest is in {@link JsonTextContractTest}. */
class JsonScannerTest {
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void nestingCostsLessHeapThanTheBodyHasBytes() {
    byte[] body = ("[".repeat(2_000_000) + "]".repeat(2_000_000)).getBytes(UTF_8);
    JsonText text = new JsonScanner(body, 0, body.length);
    long before = threads.getCurrentThreadAllocatedBytes();

    int end = text.value(0);

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(end).isEqualTo(body.length);
    assertThat(allocated).isLessThan(body.length / 4);
  }
}
