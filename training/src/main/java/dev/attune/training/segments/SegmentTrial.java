package dev.attune.training.segments;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.events.OfflineUsers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Replays the same events through two playbooks, the one in use and the edited one, and compares
 * who is in which segment after each user's newest event. Sends and changes nothing.
 */
public final class SegmentTrial {
  private final Side used;
  private final Side edited;

  public SegmentTrial(Playbook used, Playbook edited) {
    this.used = new Side(used);
    this.edited = new Side(edited);
  }

  public void accept(InteractionEvent event) {
    used.accept(event);
    edited.accept(event);
  }

  public int users() {
    return edited.members.size();
  }

  /**
   * What becomes of one segment.
   *
   * @param before users in it now
   * @param after users in it by the edit
   * @param changes entered and left over the whole replay by the edit: many beside few members mean
   *     that a wider gap between enter and leave would calm it
   */
  public record Move(String segment, Set<String> before, Set<String> after, long changes) {
    public List<String> entering() {
      return after.stream().filter(user -> !before.contains(user)).toList();
    }

    public List<String> leaving() {
      return before.stream().filter(user -> !after.contains(user)).toList();
    }
  }

  /** In the edit's order, then those it drops. */
  public List<Move> moves() {
    Set<String> names = new LinkedHashSet<>(edited.names);
    names.addAll(used.names);
    List<Move> moves = new ArrayList<>();
    for (String name : names) {
      moves.add(
          new Move(name, used.in(name), edited.in(name), edited.changes.getOrDefault(name, 0L)));
    }
    return moves;
  }

  private static final class Side {
    private final OfflineUsers users;
    private final List<String> names;
    private final Map<String, List<String>> members = new HashMap<>();
    private final Map<String, Long> changes = new HashMap<>();

    Side(Playbook playbook) {
      users = new OfflineUsers(playbook.engine());
      names = playbook.segments().names();
    }

    void accept(InteractionEvent event) {
      UserUpdate step = users.apply(event);
      members.put(event.getUserId(), step.segments());
      step.segmentChanges().forEach(c -> changes.merge(c.getSegment(), 1L, Long::sum));
    }

    Set<String> in(String segment) {
      Set<String> in = new TreeSet<>();
      members.forEach(
          (user, segments) -> {
            if (segments.contains(segment)) {
              in.add(user);
            }
          });
      return in;
    }
  }
}
