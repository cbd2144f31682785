package dev.attune.streams.skew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.streams.Events;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SkewCheckTest {
  private static final long AT = 1_767_225_600_000L;

  private final Playbook playbook = Playbook.load(Path.of("src/test/resources/playbook"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SkewCheck check =
      new SkewCheck(playbook.engine(), playbook.features().id(), 1, 0, meters);
  private final List<InteractionEvent> events =
      IntStream.range(0, 5).mapToObj(i -> Events.clicked("u", "e" + i, AT + i)).toList();

  /** What the topology writes for these events. */
  private List<SessionFeatures> vectors(List<InteractionEvent> of) {
    List<SessionFeatures> vectors = new ArrayList<>();
    UserState state = null;
    for (int i = 0; i < of.size(); i++) {
      UserUpdate step = playbook.engine().apply(state, of.get(i), new Position(0, 0, i));
      state = step.state();
      SessionFeatures vector = vector(of.get(i), i, step.row().toAvro());
      vector.setMessage(step.row().message());
      vectors.add(vector);
    }
    return vectors;
  }

  private static SessionFeatures vector(InteractionEvent event, long offset, FeatureVector vector) {
    return SessionFeatures.newBuilder()
        .setUserId(event.getUserId())
        .setEventId(event.getEventId())
        .setEventType(event.getType())
        .setPartition(0)
        .setOffset(offset)
        .setOccurredAt(event.getOccurredAt())
        .setReceivedAt(event.getReceivedAt())
        .setVector(vector)
        .build();
  }

  private double skew() {
    return meters.get("attune.feature.skew").counter().count();
  }

  private double compared() {
    return meters.get("attune.feature.skew.compared").counter().count();
  }

  @Test
  void agreesWhicheverComesFirst() {
    List<SessionFeatures> vectors = vectors(events);

    for (int i = 0; i < events.size(); i++) {
      if (i % 2 == 0) {
        check.event(events.get(i), 0, i);
        check.vector(vectors.get(i));
      } else {
        check.vector(vectors.get(i));
        check.event(events.get(i), 0, i);
      }
    }

    assertThat(compared()).isEqualTo(5);
    assertThat(skew()).isZero();
  }

  @Test
  void countsAVectorThatDiffersInOneBit() {
    List<SessionFeatures> vectors = vectors(events);
    List<Double> numbers = vectors.get(3).getVector().getNumbers();
    numbers.set(0, Math.nextUp(numbers.getFirst()));

    for (int i = 0; i < events.size(); i++) {
      check.event(events.get(i), 0, i);
      check.vector(vectors.get(i));
    }

    assertThat(skew()).isEqualTo(1);
  }

  @Test
  void countsAnotherMessage() {
    List<InteractionEvent> life = new ArrayList<>(events);
    life.set(1, Events.messageSent("u", "written", life.get(1).getOccurredAt()));
    List<SessionFeatures> vectors = vectors(life);
    assertThat(vectors.get(3).getMessage()).isEqualTo("where is it");
    vectors.get(3).setMessage(null);

    for (int i = 0; i < life.size(); i++) {
      check.event(life.get(i), 0, i);
      check.vector(vectors.get(i));
    }

    assertThat(skew()).isEqualTo(1);
  }

  /** Whose vector differs then has a past that was forgotten. */
  @Test
  void forgetsWhomItHasNotSeenForLongest() {
    List<SessionFeatures> vectors = vectors(events);
    check.event(events.getFirst(), 0, 0);
    check.vector(vectors.getFirst());
    for (int i = 0; i < 2_000; i++) {
      check.event(Events.clicked("other-" + i, "o" + i, AT), 0, 1_000 + i);
    }

    for (int i = 1; i < events.size(); i++) {
      check.event(events.get(i), 0, i);
      check.vector(vectors.get(i));
    }

    assertThat(compared()).isEqualTo(1);
    assertThat(skew()).isZero();
  }

  @Test
  void leavesAUserAloneWhosePastItHasNotRead() {
    List<SessionFeatures> vectors = vectors(events);

    for (int i = 2; i < events.size(); i++) {
      check.event(events.get(i), 0, i);
      check.vector(vectors.get(i));
    }

    assertThat(compared()).isZero();
    assertThat(skew()).isZero();
  }

  @Test
  void knowsAUserWhoWasErased() {
    check.event(events.get(4), 0, 1);
    check.event(Events.erased("u", "x", AT), 0, 2);
    InteractionEvent back = Events.clicked("u", "back", AT + 9);
    UserUpdate fresh = playbook.engine().apply(null, back, new Position(0, 0, 3));

    check.event(back, 0, 3);
    check.vector(vector(back, 3, fresh.row().toAvro()));

    assertThat(compared()).isEqualTo(1);
    assertThat(skew()).isZero();
  }

  @Test
  void samplesByTheKeysHash() {
    SkewCheck one = new SkewCheck(playbook.engine(), "f", 64, 0, meters);

    long sampled = IntStream.range(0, 64_000).filter(i -> one.samples("user-" + i)).count();

    assertThat(sampled).isBetween(800L, 1_200L);
    assertThat(one.samples(null)).isFalse();
  }
}
