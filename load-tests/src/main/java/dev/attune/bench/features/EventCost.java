package dev.attune.bench.features;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.Step;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One event of a user with a past, through every feature of the support playbook. */
@State(Scope.Thread)
public class EventCost {

  private static final int USERS = 500;
  private static final int EVENTS = 100_000;

  private final InteractionEvent[] events = new InteractionEvent[EVENTS];
  private final @Nullable UserState[] states = new @Nullable UserState[USERS];
  private final byte[] @Nullable [] rows = new byte[USERS] @Nullable [];
  private final UserEngine engine = Playbook.load(playbook()).engine();
  private int at;

  static Path playbook() {
    return Path.of(System.getProperty("attune.root", "."), "playbooks/support");
  }

  /** Every iteration lives the same lives from their beginning. */
  @Setup(Level.Iteration)
  public void begin() {
    ShopEvents shop = new ShopEvents(USERS, 1);
    for (int i = 0; i < EVENTS; i++) {
      events[i] = shop.next();
    }
    for (at = 0; at < USERS * 40; at++) {
      apply(at);
    }
    for (int user = 0; user < USERS; user++) {
      UserState state = states[user];
      rows[user] = state == null ? null : state.toBytes();
    }
  }

  private Step apply(int index) {
    Step step = engine.apply(states[index % USERS], events[index], new Position(0, 0, index));
    states[index % USERS] = step.state();
    return step;
  }

  private int next() {
    if (at == EVENTS) {
      begin();
    }
    return at++;
  }

  /** The features alone: the state is decoded. */
  @Benchmark
  public Step features() {
    return apply(next());
  }

  /** As the topology does it: decode the row, apply the event, encode the row. */
  @Benchmark
  public byte[] row() {
    int index = next();
    byte[] row = rows[index % USERS];
    UserState state = row == null ? null : UserState.fromBytes(row);
    Step step = engine.apply(state, events[index], new Position(0, 0, index));
    byte[] after = step.state().toBytes();
    rows[index % USERS] = after;
    return after;
  }
}
