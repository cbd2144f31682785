package dev.attune.streams.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses one of so many at each question, and another way in each run, until every sequence of
 * answers was given once. A run asks the same questions as long as it gets the same answers.
 */
final class Orders implements World.Choices {
  private record Choice(int chosen, int options) {}

  private final List<Choice> choices = new ArrayList<>();
  private int asked;

  @Override
  public int next(int options, boolean inside) {
    if (asked == choices.size()) {
      choices.add(new Choice(0, options));
    }
    return choices.get(asked++).chosen();
  }

  /** Begins the next run; false when there is none. */
  boolean another() {
    asked = 0;
    while (!choices.isEmpty()) {
      Choice last = choices.removeLast();
      if (last.chosen() + 1 < last.options()) {
        choices.add(new Choice(last.chosen() + 1, last.options()));
        return true;
      }
    }
    return false;
  }
}
