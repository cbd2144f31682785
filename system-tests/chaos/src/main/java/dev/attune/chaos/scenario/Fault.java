package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.chaos.load.Load;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.ChaosStack.Instance;
import dev.attune.local.stack.Part;
import java.net.URI;
import java.time.Duration;
import redis.clients.jedis.Jedis;

/** What may befall a stack; afterwards everything runs again. */
enum Fault {
  GATEWAY_KILLED("gateway killed", killed(Part.GATEWAY, 0)),
  STREAMS_KILLED("feature-streams killed", killed(Part.STREAMS, 0)),
  INFERENCE_KILLED("inference-service killed", killed(Part.INFERENCE, 0)),
  INFERENCE_PAUSED("inference-service paused 5 s", paused(Part.INFERENCE)),
  STREAMS_PAUSED("feature-streams paused 5 s", paused(Part.STREAMS)),
  RESPONSES_KILLED("response-api killed", killed(Part.RESPONSES, 0)),
  REDIS_KILLED("Redis killed for 3 s", killed(Part.REDIS, 3)),
  REDIS_EMPTIED("Redis emptied", Fault::emptied),
  BROKER_KILLED("broker killed for 8 s", killed(Part.KAFKA, 8)),
  GATEWAY_RESTARTED("gateway restarted", restarted(Part.GATEWAY)),
  STREAMS_RESTARTED("feature-streams restarted", restarted(Part.STREAMS)),
  INFERENCE_RESTARTED("inference-service restarted", restarted(Part.INFERENCE)),
  RESPONSES_RESTARTED("response-api restarted", restarted(Part.RESPONSES));

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final String text;
  private final Event event;

  /** How it happens. */
  private interface Event {
    void happen(ChaosStack stack, Load load) throws Exception;
  }

  Fault(String text, Event event) {
    this.text = text;
    this.event = event;
  }

  String text() {
    return text;
  }

  void happen(ChaosStack stack, Load load) throws Exception {
    event.happen(stack, load);
  }

  private static Event killed(Part part, int secondsAway) {
    Instance instance = first(part);
    return (stack, load) -> {
      stack.kill(instance);
      load.run(Duration.ofSeconds(secondsAway));
      stack.up(instance);
    };
  }

  private static Event restarted(Part part) {
    Instance instance = first(part);
    return (stack, _) -> {
      stack.stop(instance);
      stack.up(instance);
    };
  }

  private static Event paused(Part part) {
    Instance instance = first(part);
    return (stack, load) -> {
      stack.pause(instance);
      load.run(PAUSE);
      stack.goOn(instance);
    };
  }

  private static void emptied(ChaosStack stack, Load load) {
    try (Jedis redis = new Jedis(URI.create(stack.settings().redisUri()))) {
      var unused = redis.flushAll();
    }
  }
}
