package dev.attune.core.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;

/**
 * Looks for what would fill the stack of a recursive reader: deep nesting, and a value that holds
 * itself. The parser itself does not recurse, so this needs no deep stack.
 */
final class YamlDepth {
  /** Ten times what a playbook needs; composing and reading take a few calls a level. */
  static final int MOST = 100;

  private final Deque<Optional<Anchor>> open = new ArrayDeque<>();

  private YamlDepth() {}

  /** Whether there is no such place; the first one is reported. */
  static boolean isFine(LoadSettings settings, String yaml, YamlSource source) {
    var depth = new YamlDepth();
    for (Event event : new Parse(settings).parseString(yaml)) {
      Optional<String> problem = depth.take(event);
      if (problem.isPresent()) {
        source.error(event.getStartMark(), problem.get());
        return false;
      }
    }
    return true;
  }

  private Optional<String> take(Event event) {
    switch (event) {
      case CollectionStartEvent start -> open.push(start.getAnchor());
      case CollectionEndEvent end -> open.pop();
      case AliasEvent alias when open.contains(Optional.of(alias.getAlias())) -> {
        return Optional.of("holds itself: *" + alias.getAlias());
      }
      default -> {}
    }
    return open.size() > MOST
        ? Optional.of("is nested more than " + MOST + " levels deep")
        : Optional.empty();
  }
}
