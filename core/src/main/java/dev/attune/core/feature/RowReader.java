package dev.attune.core.feature;

import dev.attune.core.feature.Feature.CategoryReading;
import dev.attune.core.feature.Feature.NumberReading;
import dev.attune.core.feature.Feature.TokenReading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a vector of a user's cells. A feature is read anew only when one of its cells has changed
 * since the last vector, or when a window has moved over something that it counted; the others are
 * taken from the last vector. Immutable and thread-safe.
 *
 * <p>Features have places: numbers first, then categories, then tokens, each in declared order.
 */
final class RowReader {

  private final String id;
  private final NumberReading[] numbers;
  private final int[] order;
  private final CategoryReading[] categories;
  private final TokenReading[] tokens;

  /** By an accumulator's slot: the places of the features that are read from it. */
  private final int[][] ofUser;

  private final int[][] ofSession;

  RowReader(String id, List<Feature> features, int userSlots, int sessionSlots) {
    this.id = id;
    List<Feature> placed = new ArrayList<>();
    numbers = readings(features, NumberReading.class, placed).toArray(NumberReading[]::new);
    categories = readings(features, CategoryReading.class, placed).toArray(CategoryReading[]::new);
    tokens = readings(features, TokenReading.class, placed).toArray(TokenReading[]::new);
    order = derivedLast();
    ofUser = readers(placed, userSlots, false);
    ofSession = readers(placed, sessionSlots, true);
  }

  private static <R> List<R> readings(List<Feature> features, Class<R> kind, List<Feature> placed) {
    var readings = new ArrayList<R>();
    for (Feature feature : features) {
      if (kind.isInstance(feature.reading())) {
        readings.add(kind.cast(feature.reading()));
        placed.add(feature);
      }
    }
    return readings;
  }

  /** Ratios read other numbers, so they come last. */
  private int[] derivedLast() {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparing(i -> numbers[i] instanceof Ratio))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[][] readers(List<Feature> placed, int slots, boolean session) {
    int[][] readers = new int[slots][];
    for (int s = 0; s < slots; s++) {
      int slot = s;
      readers[s] =
          IntStream.range(0, placed.size())
              .filter(
                  place ->
                      placed.get(place).inputs().stream()
                          .anyMatch(a -> a.isSession() == session && a.slot() == slot))
              .toArray();
    }
    return readers;
  }

  LastRow nothingRead() {
    return new LastRow(numbers.length, categories.length, tokens.length);
  }

  FeatureRow row(Reads reads) {
    double[] values = new double[numbers.length];
    for (int i : order) {
      values[i] = numbers[i].read(reads, values);
    }
    @Nullable String[] texts = new @Nullable String[categories.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = categories[i].read(reads);
    }
    TokenBag[] bags = new TokenBag[tokens.length];
    for (int i = 0; i < bags.length; i++) {
      bags[i] = tokens[i].read(reads);
    }
    return new FeatureRow(id, values, texts, bags);
  }

  /** The same, with what still holds of the last row. */
  FeatureRow row(LastRow last, Cells user, Cells session, Reads reads) {
    last.follow(user, ofUser, session, ofSession);
    readNumbers(last, reads);
    readCategories(last, reads);
    readTokens(last, reads);
    return new FeatureRow(id, last.numbers, last.categories, last.tokens);
  }

  private void readNumbers(LastRow last, Reads reads) {
    double[] values = last.numbers.clone();
    for (int i : order) {
      if (reads.isDue(last.until[i])) {
        values[i] = numbers[i].read(reads, values);
        last.until[i] = reads.until();
      }
    }
    last.numbers = values;
  }

  private void readCategories(LastRow last, Reads reads) {
    for (int i = 0, place = numbers.length; i < categories.length; i++, place++) {
      if (reads.isDue(last.until[place])) {
        String text = categories[i].read(reads);
        last.until[place] = reads.until();
        if (!Objects.equals(text, last.categories[i])) {
          last.categories = last.categories.clone();
          last.categories[i] = text;
        }
      }
    }
  }

  private void readTokens(LastRow last, Reads reads) {
    for (int i = 0, place = last.until.length - tokens.length; i < tokens.length; i++, place++) {
      if (reads.isDue(last.until[place])) {
        last.tokens = last.tokens.clone();
        last.tokens[i] = tokens[i].read(reads);
        last.until[place] = reads.until();
      }
    }
  }
}
