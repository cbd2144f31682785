package dev.attune.training.adopt;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.segment.SegmentSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a playbook's features and segments that are nobody's, with every kind of value that an
 * encoding can meet.
 */
final class RandomRows {
  private static final int TOKENS = 8;

  private final FeatureSet features;
  private final SegmentSet segments;
  private final ModelManifest manifest;
  private final Random random = new Random(11);

  RandomRows(Playbook playbook, ModelManifest manifest) {
    this.features = playbook.features();
    this.segments = playbook.segments();
    this.manifest = manifest;
  }

  List<FeatureRow> draw(int count) {
    return IntStream.range(0, count).mapToObj(i -> row()).toList();
  }

  private FeatureRow row() {
    List<Double> numbers = new ArrayList<>();
    List<@Nullable String> categories = new ArrayList<>();
    List<TokenBag> tokens = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      switch (column.kind()) {
        case NUMBER -> numbers.add(number());
        case CATEGORY -> categories.add(category(column));
        case TOKENS -> tokens.add(tokens());
      }
    }
    return new FeatureRow(
        features.id(),
        numbers.stream().mapToDouble(Double::doubleValue).toArray(),
        categories.toArray(new @Nullable String[0]),
        tokens.toArray(new TokenBag[0]),
        random.nextInt(4) == 0 ? null : memberships());
  }

  private Memberships memberships() {
    boolean[] members = new boolean[segments.definitions().size()];
    for (int i = 0; i < members.length; i++) {
      members[i] = random.nextBoolean();
    }
    return new Memberships(segments.definitions(), members);
  }

  private double number() {
    return switch (random.nextInt(4)) {
      case 0 -> Double.NaN;
      case 1 -> random.nextInt(10);
      case 2 -> random.nextDouble();
      default -> Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(6));
    };
  }

  private @Nullable String category(FeatureColumn column) {
    List<String> values =
        manifest.encodings().stream()
            .filter(encoding -> encoding.feature().equals(column.name()))
            .flatMap(encoding -> known(encoding).stream())
            .toList();
    int choice = random.nextInt(values.size() + 2);
    return choice == 0 ? null : choice == 1 ? "unknown" : values.get(choice - 2);
  }

  private static List<String> known(Encoding encoding) {
    return switch (encoding) {
      case Encoding.OneHot oneHot -> oneHot.values();
      case Encoding.Frequency frequency -> List.copyOf(new TreeSet<>(frequency.shares().keySet()));
      case Encoding.Target target -> List.copyOf(new TreeSet<>(target.shares().keySet()));
      case Encoding.Number number -> List.of();
      case Encoding.Text text -> List.of();
      case Encoding.Sentence sentence -> List.of();
      case Encoding.Segment segment -> List.of();
    };
  }

  private TokenBag tokens() {
    TreeSet<Integer> hashes = new TreeSet<>(Integer::compareUnsigned);
    for (int i = random.nextInt(TOKENS); i > 0; i--) {
      hashes.add(random.nextInt());
    }
    int[] counts = hashes.stream().mapToInt(hash -> 1 + random.nextInt(3)).toArray();
    return new TokenBag(hashes.stream().mapToInt(Integer::intValue).toArray(), counts);
  }
}
