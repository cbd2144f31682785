package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows for the self-check that are like the training rows but nobody's: each value is drawn from
 * another row, each text is a handful of tokens from many texts.
 */
final class SelfCheckRows {
  private static final int ROWS = 16;
  private static final int TOKENS = 12;

  private final List<Example> examples;
  private final Random random = new Random(7);

  private SelfCheckRows(List<Example> examples) {
    this.examples = examples;
  }

  static List<FeatureRow> from(List<Example> examples) {
    SelfCheckRows drawing = new SelfCheckRows(examples);
    List<FeatureRow> drawn = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      drawn.add(drawing.draw(i));
    }
    return drawn;
  }

  private FeatureRow any() {
    return examples.get(random.nextInt(examples.size())).row();
  }

  private FeatureRow draw(int number) {
    FeatureRow shape = any();
    double[] numbers = new double[shape.numbers().length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = any().numbers()[i];
    }
    @Nullable String[] categories = new @Nullable String[shape.categories().length];
    for (int i = 0; i < categories.length; i++) {
      categories[i] = any().categories()[i];
    }
    TokenBag[] tokens = new TokenBag[shape.tokens().length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = number == 0 ? TokenBag.EMPTY : tokens(i);
    }
    Memberships memberships = number == 1 ? null : memberships(shape);
    return new FeatureRow(shape.featureSetId(), numbers, categories, tokens, memberships);
  }

  private @Nullable Memberships memberships(FeatureRow shape) {
    if (shape.memberships() == null) {
      return null;
    }
    List<String> definitions = shape.memberships().definitions();
    boolean[] members = new boolean[definitions.size()];
    for (int i = 0; i < members.length; i++) {
      Memberships drawn = any().memberships();
      members[i] = drawn != null && drawn.members()[i];
    }
    return new Memberships(definitions, members);
  }

  private TokenBag tokens(int feature) {
    TreeMap<Integer, Integer> drawn = new TreeMap<>(Integer::compareUnsigned);
    for (int i = 0; i < TOKENS; i++) {
      TokenBag bag = any().tokens()[feature];
      if (bag.size() > 0) {
        int token = random.nextInt(bag.size());
        drawn.put(bag.hashes()[token], bag.counts()[token]);
      }
    }
    return new TokenBag(
        drawn.keySet().stream().mapToInt(Integer::intValue).toArray(),
        drawn.values().stream().mapToInt(Integer::intValue).toArray());
  }
}
