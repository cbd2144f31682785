package dev.attune.responses.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.responses.trail.NewestActs.Place;
import dev.attune.schemas.avro.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewestActsTest {
  private final NewestActs acts = new NewestActs();

  @Test
  void keepsAnErasureHoweverManyLooksFollow() {
    acts.add(act("erase", 1));
    for (int at = 2; at < 3 * NewestActs.KEPT; at++) {
      acts.add(act("users_listed", at));
    }

    assertThat(acts.find(act -> act.getAction().equals("erase"), null, 10)).hasSize(1);
    List<AuditRecord> all = acts.find(act -> true, null, Integer.MAX_VALUE);
    assertThat(all).hasSize(NewestActs.KEPT + 1);
    assertThat(all.getFirst().getAt()).isEqualTo(3 * NewestActs.KEPT - 1);
  }

  @Test
  void givesPageAfterPageNewestFirstAndNothingTwice() {
    for (int at = 0; at < 25; at++) {
      acts.add(act(at % 3 == 0 ? "erase" : "sign_in", at));
      acts.add(act(at % 3 == 0 ? "erase" : "sign_in", at));
    }
    List<Long> seen = new ArrayList<>();
    Place before = null;
    for (int page = 0; page < 3; page++) {
      List<AuditRecord> found = acts.find(act -> true, before, 10);
      found.forEach(act -> seen.add(act.getAt()));
      before = Place.parse(Place.of(found.getLast()).text());
    }

    assertThat(seen).hasSize(25).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(acts.find(act -> true, before, 10)).isEmpty();
  }

  @Test
  void boundsKindsThatNobodyKnows() {
    for (int at = 0; at < 5 * NewestActs.KEPT; at++) {
      acts.add(act("kind-" + at, at));
    }

    assertThat(acts.find(act -> true, null, Integer.MAX_VALUE))
        .hasSizeLessThan(NewestActs.KEPT + 200);
    assertThat(acts.find(act -> act.getAction().equals("kind-9999"), null, 1)).hasSize(1);
  }

  @Test
  void refusesWhatIsNoPlace() {
    for (String text : List.of("", "x", "1", ".x", "x.1", "99999999999999999999.x")) {
      assertThatThrownBy(() -> Place.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static AuditRecord act(String action, long at) {
    return AuditRecord.newBuilder()
        .setId("id-" + at)
        .setAt(at)
        .setService("test")
        .setActor("user:ed")
        .setAction(action)
        .setOutcome("allowed")
        .build();
  }
}
