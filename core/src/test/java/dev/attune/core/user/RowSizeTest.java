package dev.attune.core.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.Events;
import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Bytes of state a user. */
class RowSizeTest {

  private static final int USERS = 100;

  private final UserEngine support = Playbook.load(Path.of("../playbooks/support")).engine();

  @Test
  void staysWithinFourKilobytesForNinetyNineUsersInAHundred() {
    int[] sizes = new int[USERS];
    for (int user = 0; user < USERS; user++) {
      // from a first visit to four hundred events, most of them within a day
      sizes[user] = rowAfter(new RandomLife(user).events(4 + user * 4)).length;
    }
    Arrays.sort(sizes);

    assertThat(sizes[USERS * 99 / 100 - 1]).isLessThanOrEqualTo(4_096);
  }

  /** Somebody who never stops costs a bounded row: ids, tiles and kept events all have a limit. */
  @Test
  void isBoundedForTheBusiestUser() {
    InteractionEvent[] events = new InteractionEvent[6_000];
    for (int i = 0; i < events.length; i++) {
      events[i] = i % 2 == 0 ? Events.click(i * 1_000L, "e" + i) : Events.page(i * 1_000L, "/" + i);
    }

    byte[] row = rowAfter(java.util.List.of(events));

    assertThat(row.length).isLessThan(SeenIds.MOST * 5 + 8_192);
  }

  private byte[] rowAfter(java.util.List<InteractionEvent> events) {
    byte[] row = null;
    long offset = 0;
    for (InteractionEvent event : events) {
      UserState state = row == null ? null : UserState.fromBytes(row);
      row = support.apply(state, event, new Position(0, 0, offset++)).state().toBytes();
    }
    return java.util.Objects.requireNonNull(row);
  }
}
