package dev.attune.training.train;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.events.OfflineUsers;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Replays events through the engine that runs online, and keeps the rows whose label a later event
 * tells.
 *
 * <p>A row is taken right after its own event. So it holds what the online scorer saw then, and
 * nothing of the label's event.
 */
final class Labeller {
  private final OfflineUsers offline;
  private final TrainingSpec.Label label;
  private final Map<String, User> users = new HashMap<>();
  private final List<Example> examples = new ArrayList<>();
  private final ProfileRows profile = new ProfileRows();

  Labeller(UserEngine engine, TrainingSpec.Label label) {
    this.offline = new OfflineUsers(engine);
    this.label = label;
  }

  /** A row whose label isn't known yet. */
  private record Waiting(String moment, long time, FeatureRow row) {}

  private static final class User {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable String lastLabel;
  }

  void accept(InteractionEvent event) {
    User user = users.computeIfAbsent(event.getUserId(), id -> new User());
    UserUpdate step = offline.apply(event);
    if (step.disposition() != Disposition.COUNTED) {
      return;
    }
    String told = event.getType().equals(label.event()) ? told(event) : null;
    if (told != null) {
      label(event, user, told);
    }
    if (label.moments().contains(event.getType())) {
      user.waiting.add(new Waiting(event.getType(), event.getOccurredAt(), step.row()));
      profile.add(profiled(event, step));
    }
  }

  private static ProfileRow profiled(InteractionEvent event, UserUpdate step) {
    long time = event.getOccurredAt();
    long age = AgeBucket.age(time, step.state().firstMillis().orElse(time));
    return new ProfileRow(event.getUserId(), time, age, step.row());
  }

  private void label(InteractionEvent event, User user, String told) {
    for (Waiting row : user.waiting) {
      long passed = event.getOccurredAt() - row.time();
      if (passed >= 0 && passed <= label.within().toMillis()) {
        examples.add(
            new Example(
                event.getUserId(), row.moment(), row.time(), row.row(), told, user.lastLabel));
      }
    }
    user.waiting.clear();
    user.lastLabel = told;
  }

  private @Nullable String told(InteractionEvent event) {
    Schema.Field record = event.getSchema().getField(label.event());
    if (event.get(record.pos()) instanceof IndexedRecord detail) {
      Schema.Field field = detail.getSchema().getField(label.field());
      Object value = field == null ? null : detail.get(field.pos());
      return value == null || value.toString().isBlank() ? null : value.toString();
    }
    return null;
  }

  long events() {
    return offline.events();
  }

  /** How many examples there are. */
  int labelled() {
    return examples.size();
  }

  /** All rows, labelled or not, or those of a sample of the users. */
  List<ProfileRow> profile() {
    return profile.rows();
  }

  /** Oldest first. */
  List<Example> examples() {
    return examples.stream().sorted(Comparator.comparingLong(Example::time)).toList();
  }
}
