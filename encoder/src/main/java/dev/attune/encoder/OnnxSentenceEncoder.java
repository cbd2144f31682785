package dev.attune.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.SentenceEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A transformer in ONNX: tokens of a text to a vector each, their mean scaled to length 1 (Reimers
 * and Gurevych, <i>Sentence-BERT</i>, 2019).
 *
 * <p>Texts are encoded one by one, never padded into a batch. A quantized model scales its
 * activations by the largest of the whole batch, so that a text's numbers would depend on its
 * neighbours, and training and inference would disagree. Nor would it be faster: on one core a
 * batch costs what its texts cost, and its padding.
 */
final class OnnxSentenceEncoder implements SentenceEncoder {
  /** More than 900 characters have in most languages; the time of a text grows with it. */
  static final int MOST_TOKENS = 256;

  private final String id;
  private final HuggingFaceTokenizer tokenizer;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final int dimensions;

  OnnxSentenceEncoder(EncoderFiles files) throws ModelException {
    this.id = files.id();
    try {
      this.tokenizer = tokenizer(files.tokenizer());
      this.environment = OrtEnvironment.getEnvironment();
      this.session = environment.createSession(files.model(), options());
      this.dimensions = dimensions(session);
    } catch (OrtException | IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw new ModelException("The sentence encoder can't be loaded: " + e.getMessage(), e);
    }
  }

  private static HuggingFaceTokenizer tokenizer(byte[] file) throws IOException {
    // the library tells its maker of each start on a cloud machine unless it is told not to
    System.setProperty("OPT_OUT_TRACKING", "true");
    // nor may it fetch its native library, which is in its jar
    System.setProperty("ai.djl.offline", "true");
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(file),
        Map.of(
            "truncation",
            "true",
            "padding",
            "false",
            "maxLength",
            String.valueOf(MOST_TOKENS),
            "modelMaxLength",
            String.valueOf(MOST_TOKENS)));
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    var options = new OrtSession.SessionOptions();
    // whoever asks works: several texts at a time are several callers
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    // patterns are kept a length of text, which are many
    options.setMemoryPatternOptimization(false);
    return options;
  }

  private static int dimensions(OrtSession session) throws OrtException {
    var output = session.getOutputInfo().values().iterator().next();
    long[] shape = ((TensorInfo) output.getInfo()).getShape();
    long last = shape[shape.length - 1];
    if (last < 1) {
      throw new IllegalArgumentException("its output has no fixed width");
    }
    return (int) last;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  /**
   * The first texts take longer.
   *
   * @throws ModelException when the model can't encode one
   */
  void warm() throws ModelException {
    try {
      for (String text : List.of("one", "a sentence of some more words than one")) {
        var unused = encode(text);
      }
    } catch (RuntimeException e) {
      throw new ModelException("The sentence encoder can't be used: " + e.getMessage(), e);
    }
  }

  @Override
  public float[] encode(String text) {
    Encoding tokens = tokenizer.encode(text);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      fill(inputs, tokens);
      try (OrtSession.Result result = session.run(inputs)) {
        return pooled(((OnnxTensor) result.get(0)).getFloatBuffer());
      }
    } catch (OrtException e) {
      throw new IllegalStateException("the sentence encoder failed: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** Whichever of the usual inputs the model has. */
  private void fill(Map<String, OnnxTensor> inputs, Encoding tokens) throws OrtException {
    for (String name : session.getInputNames()) {
      long[] values =
          switch (name) {
            case "input_ids" -> tokens.getIds();
            case "attention_mask" -> tokens.getAttentionMask();
            case "token_type_ids" -> tokens.getTypeIds();
            default -> throw new IllegalStateException("unknown input of the encoder: " + name);
          };
      long[] shape = {1, values.length};
      inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
    }
  }

  /** The mean over tokens, of length 1. One row, that of a model which pools itself, stays it. */
  private float[] pooled(FloatBuffer vectors) {
    double[] sums = new double[dimensions];
    while (vectors.hasRemaining()) {
      for (int d = 0; d < dimensions; d++) {
        sums[d] += vectors.get();
      }
    }
    double square = 0;
    for (double sum : sums) {
      square += sum * sum;
    }
    double length = Math.sqrt(square);
    float[] numbers = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      numbers[d] = length == 0 ? 0 : (float) (sums[d] / length);
    }
    return numbers;
  }
}
