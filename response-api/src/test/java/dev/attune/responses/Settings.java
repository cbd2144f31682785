package dev.attune.responses;

import dev.attune.responses.decision.DecisionSettings;
import dev.attune.responses.reply.ReplySettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Settings of parts that are tested alone; nothing is connected to. */
public final class Settings {

  private Settings() {}

  public static DecisionSettings kafka() {
    return new DecisionSettings("127.0.0.1:1", 10, DataSize.ofKilobytes(64), false, 4, (short) 1);
  }

  public static ReplySettings replies() {
    return new ReplySettings(Duration.ofHours(24), 0);
  }

  public static MeterRegistry meters() {
    return new SimpleMeterRegistry();
  }
}
