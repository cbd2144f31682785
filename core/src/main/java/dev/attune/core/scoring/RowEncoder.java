package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns a feature row into the dense row that a model reads. */
public final class RowEncoder {
  private final Encoding[] encodings;
  private final int width;
  private final Map<String, TextModel> texts;
  private final Sentences sentences;

  /** The columns that texts fill, in their order. */
  private final int[] textColumns;

  /**
   * What reads the newest message.
   *
   * @param models by the file that their encoding names
   * @param encoder null where no message is ever encoded
   */
  public record Sentences(Map<String, SentenceModel> models, @Nullable SentenceEncoder encoder) {
    /** Of rows whose message isn't read. */
    public static final Sentences NONE = new Sentences(Map.of(), null);
  }

  /**
   * @param texts the text models by the file that their encoding names
   */
  public RowEncoder(List<Encoding> encodings, Map<String, TextModel> texts) {
    this(encodings, texts, Sentences.NONE);
  }

  public RowEncoder(List<Encoding> encodings, Map<String, TextModel> texts, Sentences sentences) {
    this.encodings = encodings.toArray(Encoding[]::new);
    this.texts = Map.copyOf(texts);
    this.sentences = sentences;
    this.width = Encoding.columns(encodings).size();
    this.textColumns = textColumns(encodings);
  }

  private static int[] textColumns(List<Encoding> encodings) {
    List<Integer> found = new ArrayList<>();
    int at = 0;
    for (Encoding encoding : encodings) {
      int end = at + encoding.columns().size();
      for (; at < end; at++) {
        if (readsText(encoding)) {
          found.add(at);
        }
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean readsText(Encoding encoding) {
    return encoding instanceof Encoding.Text || encoding instanceof Encoding.Sentence;
  }

  public int width() {
    return width;
  }

  public float[] encode(FeatureRow row) {
    float[] out = new float[width];
    encodeInto(out, row);
    return out;
  }

  /**
   * @param message numbers in place of its encoded message; null: it has none
   */
  public float[] encode(FeatureRow row, float @Nullable [] message) {
    float[] out = new float[width];
    encodeInto(out, row, message);
    return out;
  }

  /** Into an array that may hold another row. */
  void encodeInto(float[] out, FeatureRow row) {
    encodeInto(out, row, message(row));
  }

  private void encodeInto(float[] out, FeatureRow row, float @Nullable [] message) {
    Arrays.fill(out, 0);
    int at = 0;
    for (Encoding encoding : encodings) {
      at += encode(encoding, row, message, out, at);
    }
  }

  private float @Nullable [] message(FeatureRow row) {
    String message = row.message();
    return message == null || sentences.models().isEmpty() ? null : encoder().encode(message);
  }

  private SentenceEncoder encoder() {
    SentenceEncoder encoder = sentences.encoder();
    if (encoder == null) {
      throw new IllegalStateException("the model was loaded without its sentence encoder");
    }
    return encoder;
  }

  /** Whether encoding the row takes long, since its message is new. */
  boolean hasNewMessage(FeatureRow row) {
    String message = row.message();
    return message != null && !sentences.models().isEmpty() && !encoder().knows(message);
  }

  /** Encodes the row's message, so that it is remembered. */
  void readMessage(FeatureRow row) {
    var unused = message(row);
  }

  /** What the texts of an encoded row scored, in the order of the columns. */
  public float[] textScores(float[] encoded) {
    float[] scores = new float[textColumns.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = encoded[textColumns[i]];
    }
    return scores;
  }

  /**
   * The dense row of a row whose texts are gone, with what they scored.
   *
   * @throws IllegalArgumentException when there are other than as many scores as text columns
   */
  float[] encodeRead(FeatureRow row, float[] textScores) {
    float[] out = new float[width];
    int at = 0;
    int taken = 0;
    for (Encoding encoding : encodings) {
      if (readsText(encoding)) {
        int columns = encoding.columns().size();
        if (taken + columns > textScores.length) {
          throw new IllegalArgumentException("too few text scores: " + textScores.length);
        }
        System.arraycopy(textScores, taken, out, at, columns);
        taken += columns;
        at += columns;
      } else {
        at += encode(encoding, row, null, out, at);
      }
    }
    if (taken != textScores.length) {
      throw new IllegalArgumentException("too many text scores: " + textScores.length);
    }
    return out;
  }

  private int encode(
      Encoding encoding, FeatureRow row, float @Nullable [] message, float[] out, int at) {
    return switch (encoding) {
      case Encoding.Number number -> {
        out[at] = (float) row.numbers()[number.index()];
        yield 1;
      }
      case Encoding.OneHot oneHot -> oneHot(oneHot, row.categories()[oneHot.index()], out, at);
      case Encoding.Frequency frequency -> {
        String value = row.categories()[frequency.index()];
        out[at] = value == null ? Float.NaN : frequency.shares().getOrDefault(value, 0f);
        yield 1;
      }
      case Encoding.Target target -> target(target, row.categories()[target.index()], out, at);
      case Encoding.Text text -> {
        TextModel model = Objects.requireNonNull(texts.get(text.file()));
        model.score(row.tokens()[text.index()], out, at);
        yield model.classes();
      }
      case Encoding.Sentence sentence -> {
        SentenceModel model = Objects.requireNonNull(sentences.models().get(sentence.file()));
        if (message == null) {
          Arrays.fill(out, at, at + model.classes(), Float.NaN);
        } else {
          model.score(message, out, at);
        }
        yield model.classes();
      }
      case Encoding.Segment segment -> {
        out[at] = member(segment, row.memberships());
        yield 1;
      }
    };
  }

  private static float member(Encoding.Segment segment, @Nullable Memberships memberships) {
    int index =
        memberships == null ? -1 : memberships.indexOf(segment.definition(), segment.index());
    return memberships == null || index < 0 ? Float.NaN : memberships.members()[index] ? 1 : 0;
  }

  private static int oneHot(Encoding.OneHot encoding, @Nullable String value, float[] out, int at) {
    int size = encoding.values().size();
    if (value == null) {
      Arrays.fill(out, at, at + size, Float.NaN);
    } else {
      int known = encoding.values().indexOf(value);
      if (known >= 0) {
        out[at + known] = 1;
      }
    }
    return size;
  }

  private static int target(Encoding.Target encoding, @Nullable String value, float[] out, int at) {
    int size = encoding.labels().size();
    List<Float> shares =
        value == null ? encoding.prior() : encoding.shares().getOrDefault(value, encoding.prior());
    for (int i = 0; i < size; i++) {
      out[at + i] = value == null ? Float.NaN : shares.get(i);
    }
    return size;
  }
}
