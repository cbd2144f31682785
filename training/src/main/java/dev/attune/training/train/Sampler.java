package dev.attune.training.train;

import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserUpdate;
import dev.attune.core.user.UserEngine;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Replays events through the engine that runs online, and keeps the rows whose label a later event
 * tells.
 *
 * <p>A row is taken right after its own event, so it holds what the online scorer saw then and
 * nothing of the label's event.
 */
final class Sampler {
  private final OfflineUsers offline;
  private final TrainingSpec.Label label;
  private final Map<String, User> users = new HashMap<>();
  private final List<LabelledRow> rows = new ArrayList<>();

  Sampler(UserEngine engine, TrainingSpec.Label label) {
    this.offline = new OfflineUsers(engine);
    this.label = label;
  }

  /** A row whose label isn't known yet. */
  private record Open(long time, dev.attune.core.feature.FeatureRow row) {}

  private static final class User {
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable String lastLabel;
  }

  void accept(InteractionEvent event) {
    User user = users.computeIfAbsent(event.getUserId(), id -> new User());
    UserUpdate step = offline.apply(event);
    if (step.disposition() != Disposition.COUNTED) {
      return;
    }
    String told = event.getType().equals(label.event()) ? text(event) : null;
    if (told != null) {
      close(event, user, told);
    }
    if (event.getType().equals(label.rows())) {
      user.open.add(new Open(event.getOccurredAt(), step.row()));
    }
  }

  private void close(InteractionEvent event, User user, String told) {
    for (Open open : user.open) {
      long passed = event.getOccurredAt() - open.time();
      if (passed >= 0 && passed <= label.within().toMillis()) {
        rows.add(new LabelledRow(event.getUserId(), open.time(), open.row(), told, user.lastLabel));
      }
    }
    user.open.clear();
    user.lastLabel = told;
  }

  private @Nullable String text(InteractionEvent event) {
    if (event.get(event.getSchema().getField(label.event()).pos())
        instanceof IndexedRecord detail) {
      var field = detail.getSchema().getField(label.field());
      Object value = field == null ? null : detail.get(field.pos());
      return value == null || value.toString().isBlank() ? null : value.toString();
    }
    return null;
  }

  long events() {
    return offline.events();
  }

  /** The labelled rows, oldest first. */
  List<LabelledRow> rows() {
    return rows.stream().sorted(java.util.Comparator.comparingLong(LabelledRow::time)).toList();
  }
}
