package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random users against the naive reference, after every event. Replay one seed with {@code
 * -Dattune.seed=N}; the long test plays 1,000 of them.
 */
class SimulationTest {
  static LongStream seeds() {
    Long one = Long.getLong("attune.seed");
    int most = Boolean.getBoolean("attune.test.long") ? 1_000 : 50;
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, most);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void agreesWithTheReference(long seed) {
    Run run = Run.of(Reference.FEATURES);
    var reference = new Reference();
    int at = 0;

    for (InteractionEvent event : new RandomLife(seed).events(200)) {
      UserUpdate step = run.apply(event);
      Disposition expected = reference.apply(event);
      String where = "seed " + seed + ", event " + at++ + " " + event.getType();
      assertThat(step.disposition()).as(where).isEqualTo(expected);
      if (!run.state().isErased()) {
        var values = new HashMap<String, Object>(step.row().named(run.features));
        reference
            .decayed()
            .forEach(
                (name, value) ->
                    assertThat((Double) values.remove(name))
                        .as(where)
                        .isCloseTo(value, within(1e-3)));
        assertThat(values).as(where).isEqualTo(reference.values());
        assertThat(step.row().tokens()[0]).as(where).isEqualTo(reference.words());
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void readsTheSameInAnyOrderWithinTheGrace(long seed) {
    List<InteractionEvent> events =
        new RandomLife(seed)
            .withinGrace(120).stream().filter(e -> !e.getType().equals("user_erased")).toList();
    Run one = Run.of(Reference.FEATURES).with(events);
    Run other = Run.of(Reference.FEATURES);
    var shuffled = new java.util.ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(seed));

    other.with(shuffled);

    assertThat(other.read()).as("seed %d", seed).isEqualTo(one.read());
    one.expire(1L << 40);
    other.expire(1L << 40);
    assertThat(last(other.sessions)).as("seed %d", seed).isEqualTo(last(one.sessions));
  }

  /** The highest revision of each session, without the withdrawn. */
  private static Map<String, Session> last(List<Session> emitted) {
    var last = new HashMap<String, Session>();
    for (Session s : emitted) {
      Session before = last.put(s.getSessionId() + " " + s.getStartedAt(), s);
      assertThat(before == null || before.getRevision() < s.getRevision()).isTrue();
    }
    last.values().removeIf(s -> s.getEvents() == 0);
    last.values().forEach(s -> s.setRevision(0));
    last.values().forEach(s -> s.setClosedBy(""));
    return last;
  }

  @Test
  void noticesALostEvent() {
    Run run = Run.of(Reference.FEATURES);
    var reference = new Reference();
    List<InteractionEvent> events = new RandomLife(7).withinGrace(40);

    events.forEach(reference::apply);
    run.with(events.subList(0, 39));

    var values = new HashMap<>(run.values());
    values.keySet().removeAll(reference.decayed().keySet());
    assertThat(values.keySet()).isEqualTo(reference.values().keySet());
    assertThat(values).isNotEqualTo(reference.values());
  }
}
