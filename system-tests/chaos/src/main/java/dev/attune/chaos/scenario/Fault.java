package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.chaos.load.Load;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.ChaosStack.Instance;
import dev.attune.chaos.variant.FaultyWires;
import dev.attune.local.infra.FaultProxy;
import dev.attune.local.stack.Part;
import java.time.Duration;

/** What may befall a stack; afterwards everything runs again. */
enum Fault {
  GATEWAY_KILLED("gateway killed", killed(Part.GATEWAY, 0)),
  STREAMS_KILLED("feature-streams killed", killed(Part.STREAMS, 0)),
  INFERENCE_KILLED("inference-service killed", killed(Part.INFERENCE, 0)),
  INFERENCE_PAUSED("inference-service paused 5 s", paused(Part.INFERENCE, 5)),
  STREAMS_PAUSED("feature-streams paused 5 s", paused(Part.STREAMS, 5)),
  STREAMS_ZOMBIE("feature-streams paused 35 s", paused(Part.STREAMS, 35)),
  RESPONSES_KILLED("response-api killed", killed(Part.RESPONSES, 0)),
  REDIS_KILLED("Redis killed for 3 s", Fault::redisKilled),
  REDIS_EMPTIED("Redis emptied", site -> RedisLost.emptied(site.stack())),
  REDIS_SLOW("Redis slow for 8 s", wire(FaultProxy.Fault.SLOW)),
  REDIS_HALF_OPEN("Redis half-open for 8 s", wire(FaultProxy.Fault.HALF_OPEN)),
  REDIS_RESET("Redis reset for 8 s", wire(FaultProxy.Fault.RESET)),
  USERS_FAIL("5 % of the users fail for 8 s", Fault::usersFail),
  BROKER_KILLED("broker killed for 8 s", killed(Part.KAFKA, 8)),
  GATEWAY_RESTARTED("gateway restarted", restarted(Part.GATEWAY)),
  STREAMS_RESTARTED("feature-streams restarted", restarted(Part.STREAMS)),
  INFERENCE_RESTARTED("inference-service restarted", restarted(Part.INFERENCE)),
  RESPONSES_RESTARTED("response-api restarted", restarted(Part.RESPONSES));

  private static final Duration BROKEN = Duration.ofSeconds(8);
  private static final Duration REDIS_AWAY = Duration.ofSeconds(3);
  private static final int PERCENT = 5;

  private final String text;
  private final Event event;

  /** Where it happens. */
  record Site(ChaosStack stack, FaultyWires wires, Load load) {}

  /** How it happens. */
  private interface Event {
    void happen(Site site) throws Exception;
  }

  Fault(String text, Event event) {
    this.text = text;
    this.event = event;
  }

  String text() {
    return text;
  }

  void happen(Site site) throws Exception {
    event.happen(site);
  }

  private static Event killed(Part part, int secondsAway) {
    Instance instance = first(part);
    return site -> {
      site.stack().kill(instance);
      site.load().run(Duration.ofSeconds(secondsAway));
      site.stack().up(instance);
    };
  }

  private static Event restarted(Part part) {
    Instance instance = first(part);
    return site -> {
      site.stack().stop(instance);
      site.stack().up(instance);
    };
  }

  private static Event paused(Part part, int seconds) {
    Instance instance = first(part);
    return site -> {
      site.stack().pause(instance);
      site.load().run(Duration.ofSeconds(seconds));
      site.stack().goOn(instance);
    };
  }

  private static Event wire(FaultProxy.Fault fault) {
    return site -> RedisWire.broken(fault, site.stack(), site.wires(), site.load(), BROKEN);
  }

  private static void redisKilled(Site site) throws InterruptedException {
    Instance redis = first(Part.REDIS);
    site.stack().losing(() -> site.stack().kill(redis));
    site.load().run(REDIS_AWAY);
    site.stack().up(redis);
  }

  private static void usersFail(Site site) throws InterruptedException {
    site.stack().began(site.wires());
    site.wires().scoring().fail(user -> UsersFail.place(user) < PERCENT);
    site.load().run(BROKEN);
    site.wires().scoring().fail(_ -> false);
    site.stack().ended(site.wires());
  }
}
