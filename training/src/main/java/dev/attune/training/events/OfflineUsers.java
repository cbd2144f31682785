package dev.attune.training.events;

import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.HashMap;
import java.util.Map;

/** Users as history makes them: events go through the engine that runs online. */
public final class OfflineUsers {
  private final UserEngine engine;
  private final Map<String, UserState> states = new HashMap<>();
  private long events;

  public OfflineUsers(UserEngine engine) {
    this.engine = engine;
  }

  /** Applies a user's next event, in the order in which they came in. */
  public UserUpdate apply(InteractionEvent event) {
    String user = event.getUserId();
    UserUpdate step = engine.apply(states.get(user), event, new Position(0, 0, events++));
    states.put(user, step.state());
    return step;
  }

  public long events() {
    return events;
  }
}
