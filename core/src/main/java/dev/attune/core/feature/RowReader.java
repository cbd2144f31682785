package dev.attune.core.feature;

import dev.attune.core.feature.Feature.CategoryFormula;
import dev.attune.core.feature.Feature.NumberFormula;
import dev.attune.core.feature.Feature.TokenFormula;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a vector of a user's slots. A feature is read anew only when one of its slots has changed
 * since the last vector, or when a window has moved over something that it counted; the others are
 * taken from the last vector. Immutable and thread-safe.
 *
 * <p>Features have places: numbers first, then categories, then tokens, each in declared order;
 * last, the newest message.
 */
final class RowReader {
  private final String id;
  private final NumberFormula[] numbers;
  private final int[] order;
  private final CategoryFormula[] categories;
  private final TokenFormula[] tokens;
  private final @Nullable CategoryFormula message;

  /** By an accumulator's slot: the places of the features that are read from it. */
  private final int[][] ofUser;

  private final int[][] ofSession;

  RowReader(
      String id,
      List<Feature> features,
      @Nullable Feature message,
      int userSlots,
      int sessionSlots) {
    this.id = id;
    List<Feature> placed = new ArrayList<>();
    numbers = formulas(features, NumberFormula.class, placed).toArray(NumberFormula[]::new);
    categories = formulas(features, CategoryFormula.class, placed).toArray(CategoryFormula[]::new);
    tokens = formulas(features, TokenFormula.class, placed).toArray(TokenFormula[]::new);
    List<CategoryFormula> last =
        message == null ? List.of() : formulas(List.of(message), CategoryFormula.class, placed);
    this.message = last.isEmpty() ? null : last.getFirst();
    order = derivedLast();
    ofUser = readers(placed, userSlots, false);
    ofSession = readers(placed, sessionSlots, true);
  }

  private static <R> List<R> formulas(List<Feature> features, Class<R> kind, List<Feature> placed) {
    var formulas = new ArrayList<R>();
    for (Feature feature : features) {
      if (kind.isInstance(feature.formula())) {
        formulas.add(kind.cast(feature.formula()));
        placed.add(feature);
      }
    }
    return formulas;
  }

  /** Ratios read other numbers, so they come last, and after the ratios that they read. */
  private int[] derivedLast() {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparing(i -> numbers[i] instanceof RatioFormula))
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

  RowCache nothingRead() {
    return new RowCache(numbers.length, categories.length, tokens.length);
  }

  FeatureRow row(ReadContext context) {
    double[] values = new double[numbers.length];
    for (int i : order) {
      values[i] = numbers[i].read(context, values);
    }
    @Nullable String[] texts = new @Nullable String[categories.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = categories[i].read(context);
    }
    TokenBag[] bags = new TokenBag[tokens.length];
    for (int i = 0; i < bags.length; i++) {
      bags[i] = tokens[i].read(context);
    }
    return new FeatureRow(
        id, values, texts, bags, null, message == null ? null : message.read(context));
  }

  /** The same, with what still holds of the last row. */
  FeatureRow row(RowCache last, StateSlots user, StateSlots session, ReadContext context) {
    last.follow(user, ofUser, session, ofSession);
    readNumbers(last, context);
    readCategories(last, context);
    readTokens(last, context);
    readMessage(last, context);
    return new FeatureRow(id, last.numbers, last.categories, last.tokens, null, last.message);
  }

  private void readNumbers(RowCache last, ReadContext context) {
    double[] values = last.numbers.clone();
    for (int i : order) {
      if (context.isDue(last.until[i])) {
        values[i] = numbers[i].read(context, values);
        last.until[i] = context.until();
      }
    }
    last.numbers = values;
  }

  private void readCategories(RowCache last, ReadContext context) {
    for (int i = 0, place = numbers.length; i < categories.length; i++, place++) {
      if (context.isDue(last.until[place])) {
        String text = categories[i].read(context);
        last.until[place] = context.until();
        if (!Objects.equals(text, last.categories[i])) {
          last.categories = last.categories.clone();
          last.categories[i] = text;
        }
      }
    }
  }

  private void readTokens(RowCache last, ReadContext context) {
    int first = numbers.length + categories.length;
    for (int i = 0, place = first; i < tokens.length; i++, place++) {
      if (context.isDue(last.until[place])) {
        last.tokens = last.tokens.clone();
        last.tokens[i] = tokens[i].read(context);
        last.until[place] = context.until();
      }
    }
  }

  private void readMessage(RowCache last, ReadContext context) {
    int place = last.until.length - 1;
    if (message != null && context.isDue(last.until[place])) {
      last.message = message.read(context);
      last.until[place] = context.until();
    }
  }
}
