package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.local.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** response-api ends with replies that were shown and could not be logged: the broker is away. */
public final class ResponsesKilled implements Scenario {
  private static final int KILLS = 5;
  private static final int BETWEEN = 500;

  /** Most users are known then: a reply to others exposes nobody. */
  private static final int BEFORE = 8_000;

  /** Some two hundred replies. */
  private static final Duration AWAY = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "responses";
  }

  @Override
  public String summary() {
    return "response-api killed 5 times without a broker: what was shown is logged (line 23)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    int kills = chaos.times(KILLS);
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      load.awaitAccepted(BEFORE);
      for (int kill = 1; kill <= kills; kill++) {
        load.awaitAccepted(BETWEEN);
        stack.kill(first(Part.KAFKA));
        load.run(AWAY);
        stack.kill(first(Part.RESPONSES));
        chaos.say("broker and response-api killed, %d of %d", kill, kills);
        stack.up(first(Part.KAFKA));
        stack.up(first(Part.RESPONSES));
      }
      load.awaitAccepted(BETWEEN);
      List<Check> checks = new ArrayList<>();
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.noServerErrors(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      return checks;
    }
  }
}
