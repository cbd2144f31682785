package dev.attune.core.scoring;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How one feature of the row, or one segment, becomes dense columns of the model. What a model
 * learned about a feature lives here, in its bundle, and never in stream state, so that a new model
 * needs no new state.
 *
 * <p>{@code index} is the feature's place among the features of its kind in the feature set; a
 * segment's among the segments of the playbook.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Encoding.Number.class, name = "number"),
  @JsonSubTypes.Type(value = Encoding.OneHot.class, name = "one_hot"),
  @JsonSubTypes.Type(value = Encoding.Frequency.class, name = "frequency"),
  @JsonSubTypes.Type(value = Encoding.Target.class, name = "target"),
  @JsonSubTypes.Type(value = Encoding.Text.class, name = "text"),
  @JsonSubTypes.Type(value = Encoding.Sentence.class, name = "sentence"),
  @JsonSubTypes.Type(value = Encoding.Segment.class, name = "segment")
})
public sealed interface Encoding {
  String feature();

  int index();

  /** Names of the columns it fills, in order. */
  List<String> columns();

  /** The number as it is; NaN is missing. */
  record Number(String feature, int index) implements Encoding {
    @Override
    public List<String> columns() {
      return List.of(feature);
    }
  }

  /** A column a known value: 1 or 0; all 0 for an unknown value, all missing without a value. */
  record OneHot(String feature, int index, List<String> values) implements Encoding {
    @Override
    public List<String> columns() {
      return values.stream().map(value -> feature + "=" + value).toList();
    }
  }

  /** The share of training rows with this value; 0 for an unknown one. */
  record Frequency(String feature, int index, Map<String, Float> shares) implements Encoding {
    @Override
    public List<String> columns() {
      return List.of(feature + ".frequency");
    }
  }

  /**
   * A column a label: how often that label followed this value in training, smoothed towards the
   * label's overall share ({@code prior}, which also serves unknown values).
   */
  record Target(
      String feature,
      int index,
      List<String> labels,
      List<Float> prior,
      Map<String, List<Float>> shares)
      implements Encoding {
    @Override
    public List<String> columns() {
      return labels.stream().map(label -> feature + "→" + label).toList();
    }
  }

  /** A column a label: the score of the linear text model in {@code file}. */
  record Text(String feature, int index, String file, List<String> labels) implements Encoding {
    @Override
    public List<String> columns() {
      return labels.stream().map(label -> feature + "~" + label).toList();
    }
  }

  /**
   * A column a label: the score of the newest message by the linear model in {@code file}, over the
   * numbers of an encoder. All missing without a message.
   *
   * @param index always 0: a row has one newest message
   * @param encoder the id of the {@link SentenceEncoder}
   */
  record Sentence(String feature, int index, String file, String encoder, List<String> labels)
      implements Encoding {
    /** Of the one message that a row has; no feature's name has a colon. */
    public static Sentence of(String file, String encoder, List<String> labels) {
      return new Sentence("encoder:message", 0, file, encoder, labels);
    }

    @Override
    public List<String> columns() {
      return labels.stream().map(label -> feature + "~" + label).toList();
    }
  }

  /**
   * Whether the user is in a segment: 1 or 0; missing where it is not known.
   *
   * @param feature the segment's name after {@link #PREFIX}
   * @param index where its definition is looked for first: other segments may have come and gone
   * @param definition the id of the conditions that the model was trained on; a row without it is
   *     refused
   */
  record Segment(String feature, int index, String definition) implements Encoding {
    /** Keeps segments and features apart: no feature's name has a colon. */
    public static final String PREFIX = "segment:";

    /** Of the segment of this name. */
    public static Segment of(String name, int index, String definition) {
      return new Segment(PREFIX + name, index, definition);
    }

    @Override
    public List<String> columns() {
      return List.of(feature);
    }
  }

  /** Columns of all encodings, in the order of the dense row. */
  static List<String> columns(List<Encoding> encodings) {
    List<String> names = new ArrayList<>();
    encodings.forEach(encoding -> names.addAll(encoding.columns()));
    return List.copyOf(names);
  }
}
