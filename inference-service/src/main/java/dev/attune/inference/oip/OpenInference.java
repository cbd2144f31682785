package dev.attune.inference.oip;

import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ModelUnavailableException;
import dev.attune.inference.model.ServedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol's semantics for our models: one input {@code features} FP32 [rows, width], the
 * encoded dense row where NaN is missing, and the outputs {@code probabilities} FP32 [rows,
 * classes] and {@code label} BYTES [rows].
 */
public final class OpenInference {
  static final String SERVER = "attune-inference";
  static final String FEATURES = "features";
  static final String PROBABILITIES = "probabilities";
  static final String LABEL = "label";
  static final String FP32 = "FP32";
  static final String BYTES = "BYTES";

  private static final Logger log = LoggerFactory.getLogger(OpenInference.class);
  private static final List<String> OUTPUTS = List.of(PROBABILITIES, LABEL);
  private static final String PLATFORM = "xgboost_json";

  private final Supplier<ModelSlots> models;
  private final String version;

  public OpenInference(Supplier<ModelSlots> models, String version) {
    this.models = models;
    this.version = version;
  }

  String version() {
    return version;
  }

  boolean isReady(String name, String version) {
    return models.get().find(name, version).isPresent();
  }

  ModelView describe(String name, String version) {
    ModelSlots slots = models.get();
    ServedModel model = find(slots, name, version);
    return new ModelView(
        name,
        slots.loaded().stream().map(ServedModel::version).distinct().toList(),
        PLATFORM,
        List.of(new ModelView.Meta(FEATURES, FP32, List.of(-1L, (long) model.width()))),
        List.of(
            new ModelView.Meta(PROBABILITIES, FP32, List.of(-1L, (long) model.labels().size())),
            new ModelView.Meta(LABEL, BYTES, List.of(-1L))));
  }

  private static ServedModel find(ModelSlots slots, String name, String version) {
    return slots
        .find(name, version)
        .orElseThrow(
            () ->
                new OipException(
                    OipException.Kind.NOT_FOUND,
                    version.isEmpty()
                        ? "model '" + name + "' is not loaded"
                        : "model '" + name + "' version '" + version + "' is not loaded"));
  }

  InferResult infer(InferCall call) {
    ServedModel model = find(models.get(), call.model(), call.version());
    List<String> outputs = outputs(call.outputs());
    Tensor features = features(call.inputs());
    int rows = rows(features, model.width());
    int classes = model.labels().size();
    float[] probabilities = new float[rows * classes];
    List<String> labels = new ArrayList<>(rows);
    for (float[] scores : score(model, rows(features, rows, model.width()))) {
      System.arraycopy(scores, 0, probabilities, labels.size() * classes, classes);
      labels.add(model.labels().get(highest(scores)));
    }
    return new InferResult(
        model.name(), model.version(), rows, classes, probabilities, labels, outputs);
  }

  private static List<float[]> rows(Tensor features, int rows, int width) {
    return IntStream.range(0, rows)
        .mapToObj(row -> Arrays.copyOfRange(features.data(), row * width, (row + 1) * width))
        .toList();
  }

  private static List<String> outputs(List<String> asked) {
    for (String output : asked) {
      if (!OUTPUTS.contains(output)) {
        throw OipException.invalid("unknown output '" + output + "', there are " + OUTPUTS);
      }
    }
    return asked.isEmpty() ? OUTPUTS : asked;
  }

  private static Tensor features(List<Tensor> inputs) {
    if (inputs.size() != 1 || !inputs.getFirst().name().equals(FEATURES)) {
      throw OipException.invalid("exactly one input is expected: '" + FEATURES + "'");
    }
    Tensor features = inputs.getFirst();
    if (!features.datatype().equals(FP32)) {
      throw OipException.invalid("input 'features' must be FP32, not " + features.datatype());
    }
    for (float value : features.data()) {
      if (Float.isInfinite(value)) {
        throw OipException.invalid("input 'features' must hold FP32 numbers");
      }
    }
    return features;
  }

  private static int rows(Tensor features, int width) {
    List<Long> shape = features.shape();
    if (shape.size() != 2 || shape.get(1) != width || shape.get(0) < 1) {
      throw OipException.invalid(
          "input 'features' must have the shape [rows, %d], not %s".formatted(width, shape));
    }
    long rows = shape.get(0);
    // divided, not multiplied: a huge shape must not overflow into the right product
    if (features.data().length % width != 0 || features.data().length / width != rows) {
      throw OipException.invalid(
          "input 'features' has %d elements, its shape is %s"
              .formatted(features.data().length, shape));
    }
    return (int) rows;
  }

  private static List<float[]> score(ServedModel model, List<float[]> rows) {
    List<float[]> scores;
    try {
      scores = model.scoreEncoded(rows);
    } catch (ModelUnavailableException e) {
      throw new OipException(OipException.Kind.UNAVAILABLE, "the model did not answer");
    } catch (RuntimeException e) {
      log.warn("Model {} failed on encoded rows", model.version(), e);
      throw new OipException(OipException.Kind.FAILED, "the model failed on a row");
    }
    for (float[] row : scores) {
      for (float score : row) {
        if (!Float.isFinite(score)) {
          throw new OipException(OipException.Kind.FAILED, "the model's answer is no number");
        }
      }
    }
    return scores;
  }

  private static int highest(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
