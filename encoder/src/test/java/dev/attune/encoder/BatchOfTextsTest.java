package dev.attune.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Why texts are encoded one by one: in a batch they give other numbers. */
class BatchOfTextsTest {
  private static final List<String> TEXTS =
      List.of(
          "where is my parcel",
          "I want my money back for the shoes that I bought on Monday, since they are too small",
          "cannot log in",
          "how do I change the address of an order that has been shipped already?");

  @Test
  void aQuantizedModelsBatchGivesOtherNumbers() throws Exception {
    var oneByOne = new OnnxSentenceEncoder(EncoderFiles.bundled());

    float[][] together = together(TEXTS);

    double furthest = 0;
    for (int i = 0; i < TEXTS.size(); i++) {
      float[] alone = oneByOne.encode(TEXTS.get(i));
      double cosine = 0;
      for (int d = 0; d < alone.length; d++) {
        furthest = Math.max(furthest, Math.abs(alone[d] - together[i][d]));
        cosine += alone[d] * together[i][d];
      }
      // it is the same text after all
      assertThat(cosine).isGreaterThan(0.95);
    }
    assertThat(furthest).isGreaterThan(1e-4);
  }

  /** Padded to the longest, as a batch has to be; the mean of a text's own tokens, of length 1. */
  private static float[][] together(List<String> texts) throws Exception {
    EncoderFiles files = EncoderFiles.bundled();
    try (HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(files.tokenizer()), Map.of("padding", "true"));
        OrtSession session = OrtEnvironment.getEnvironment().createSession(files.model())) {
      Encoding[] tokens = tokenizer.batchEncode(texts);
      long[][] ids = new long[tokens.length][];
      long[][] masks = new long[tokens.length][];
      long[][] types = new long[tokens.length][];
      for (int i = 0; i < tokens.length; i++) {
        ids[i] = tokens[i].getIds();
        masks[i] = tokens[i].getAttentionMask();
        types[i] = tokens[i].getTypeIds();
      }
      Map<String, OnnxTensor> inputs = new HashMap<>();
      inputs.put("input_ids", OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), ids));
      inputs.put("attention_mask", OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), masks));
      inputs.put("token_type_ids", OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), types));
      try (OrtSession.Result result = session.run(inputs)) {
        float[][][] vectors = (float[][][]) result.get(0).getValue();
        float[][] means = new float[vectors.length][];
        for (int i = 0; i < means.length; i++) {
          means[i] = mean(vectors[i], masks[i]);
        }
        return means;
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }
  }

  private static float[] mean(float[][] vectors, long[] mask) {
    double[] sums = new double[vectors[0].length];
    double square = 0;
    for (int d = 0; d < sums.length; d++) {
      for (int token = 0; token < mask.length; token++) {
        sums[d] += mask[token] * vectors[token][d];
      }
      square += sums[d] * sums[d];
    }
    float[] mean = new float[sums.length];
    for (int d = 0; d < mean.length; d++) {
      mean[d] = (float) (sums[d] / Math.sqrt(square));
    }
    return mean;
  }
}
