package dev.attune.streams.bench.features;

import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Bytes of state a user, after so many events in all. */
record RowSizes(int mean, int p99) {
  static RowSizes of(UserEngine engine, int users, int events) {
    Map<String, byte[]> rows = new HashMap<>();
    ShopEvents shop = new ShopEvents(users, 1);
    for (int i = 0; i < events; i++) {
      InteractionEvent event = shop.next();
      byte[] row = rows.get(event.getUserId());
      UserState state = row == null ? null : UserState.fromBytes(row);
      UserUpdate step = engine.apply(state, event, new Position(0, 0, i));
      rows.put(event.getUserId(), step.state().toBytes());
    }
    int[] sizes = rows.values().stream().mapToInt(row -> row.length).sorted().toArray();
    return new RowSizes(
        (int) Arrays.stream(sizes).average().orElse(0), sizes[(sizes.length - 1) * 99 / 100]);
  }
}
