package dev.attune.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoakTest {
  @Test
  void eachFaultIsDrawnOnceBeforeAnyComesAgain() {
    Deque<Fault> deck = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(7);
    List<Fault> first = draw(deck, random);
    List<Fault> second = draw(deck, random);

    assertThat(first).containsExactlyInAnyOrder(Fault.values());
    assertThat(second).containsExactlyInAnyOrder(Fault.values()).isNotEqualTo(first);
  }

  private static List<Fault> draw(Deque<Fault> deck, SplittableRandom random) {
    List<Fault> drawn = new ArrayList<>();
    for (int i = 0; i < Fault.values().length; i++) {
      drawn.add(Soak.drawn(deck, random));
    }
    return drawn;
  }
}
