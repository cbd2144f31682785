package dev.attune.training.features;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.events.OfflineUsers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replays events through a playbook's features, as they would be counted online, and tells what
 * they were: after each event, and over all users as of each one's newest event. Sends and changes
 * nothing.
 */
public final class FeatureTrial {
  private final FeatureSet set;
  private final OfflineUsers users;
  private final Map<String, FeatureRow> newest = new HashMap<>();

  public FeatureTrial(Playbook playbook) {
    set = playbook.features();
    users = new OfflineUsers(playbook.engine());
  }

  /**
   * What an event did.
   *
   * @param changes none when it was not counted, or moved nothing
   */
  public record Effect(Disposition disposition, List<Change> changes) {}

  /** A feature's value before and after; null: unknown. Token features say how many tokens. */
  public record Change(String feature, @Nullable Object before, @Nullable Object after) {}

  /** Applies the next event. */
  public Effect accept(InteractionEvent event) {
    UserUpdate step = users.apply(event);
    FeatureRow before = newest.put(event.getUserId(), step.row());
    List<Change> changes = new ArrayList<>();
    for (FeatureColumn column : set.columns()) {
      Object was = before == null ? null : value(before, column);
      Object is = value(step.row(), column);
      if (!Objects.equals(was, is)) {
        changes.add(new Change(column.name(), was, is));
      }
    }
    return new Effect(step.disposition(), changes);
  }

  public long events() {
    return users.events();
  }

  public int users() {
    return newest.size();
  }

  /** Each feature over all users, in the vector's order. */
  public List<FeatureSummary> summaries() {
    return set.columns().stream().map(this::summary).toList();
  }

  private FeatureSummary summary(FeatureColumn column) {
    List<@Nullable Object> values = new ArrayList<>(newest.size());
    newest.values().forEach(row -> values.add(value(row, column)));
    return FeatureSummary.of(column, values);
  }

  /** A Double, a String, an Integer for tokens, or null. */
  private static @Nullable Object value(FeatureRow row, FeatureColumn column) {
    return switch (column.kind()) {
      case NUMBER -> {
        double number = row.numbers()[column.index()];
        yield Double.isNaN(number) ? null : (Object) number;
      }
      case CATEGORY -> row.categories()[column.index()];
      case TOKENS -> row.tokens()[column.index()].size();
    };
  }
}
