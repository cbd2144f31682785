package dev.attune.streams.bench.features;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.file.Path;
import java.util.Objects;
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

  /** Some forty events each: two visits. */
  private static final int PAST = USERS * 40;

  private final InteractionEvent[] events = new InteractionEvent[EVENTS];
  private final int[] users = new int[EVENTS];
  private final @Nullable UserState[] states = new @Nullable UserState[USERS];
  private final byte[][] pasts = new byte[USERS][];
  private final byte[][] rows = new byte[USERS][];
  private final UserEngine engine = Playbook.load(playbook()).engine();
  private int at;

  static Path playbook() {
    return Path.of(System.getProperty("attune.root", "."), "playbooks/support");
  }

  /** Everybody has a past; it is what a turn begins with. */
  @Setup(Level.Trial)
  public void live() {
    ShopEvents shop = new ShopEvents(USERS, 1);
    for (int i = 0; i < EVENTS; i++) {
      events[i] = shop.next();
      users[i] = Integer.parseInt(events[i].getUserId().substring("user-".length()));
    }
    for (int i = 0; i < PAST; i++) {
      apply(i);
    }
    for (int user = 0; user < USERS; user++) {
      pasts[user] = Objects.requireNonNull(states[user]).toBytes();
    }
    rewind();
  }

  private void rewind() {
    for (int user = 0; user < USERS; user++) {
      rows[user] = pasts[user];
      states[user] = UserState.fromBytes(pasts[user]);
    }
    at = PAST;
  }

  private UserUpdate apply(int index) {
    int user = users[index];
    UserUpdate step = engine.apply(states[user], events[index], new Position(0, 0, index));
    states[user] = step.state();
    return step;
  }

  private int next() {
    if (at == EVENTS) {
      rewind();
    }
    return at++;
  }

  /** The features alone: the state is decoded. */
  @Benchmark
  public UserUpdate features() {
    return apply(next());
  }

  /** As the topology does it: decode the row, apply the event, encode the row. */
  @Benchmark
  public byte[] row() {
    int index = next();
    int user = users[index];
    UserState state = UserState.fromBytes(rows[user]);
    UserUpdate step = engine.apply(state, events[index], new Position(0, 0, index));
    byte[] after = step.state().toBytes();
    rows[user] = after;
    return after;
  }
}
