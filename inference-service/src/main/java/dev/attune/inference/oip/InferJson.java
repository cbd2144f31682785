package dev.attune.inference.oip;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The protocol's JSON. A missing value, which JSON's numbers can't say, is null or "NaN". */
final class InferJson {
  /** [rows][width][element] is the deepest the protocol nests, below inputs and the object. */
  private static final int NESTING = 16;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(NESTING)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private InferJson() {}

  /** A parsed request: the call, and the id to give back. */
  record Request(InferCall call, @Nullable String id) {}

  /** What the protocol answers. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Response(
      @JsonProperty("model_name") String modelName,
      @JsonProperty("model_version") String modelVersion,
      @Nullable String id,
      List<Output> outputs) {
    static Response of(InferResult result, @Nullable String id) {
      return new Response(
          result.model(),
          result.version(),
          id,
          result.outputs().stream().map(name -> Output.of(name, result)).toList());
    }
  }

  /** An output tensor, its data flat. */
  record Output(String name, String datatype, List<Integer> shape, Object data) {
    static Output of(String name, InferResult result) {
      return name.equals(OpenInference.PROBABILITIES)
          ? new Output(
              name,
              OpenInference.FP32,
              List.of(result.rows(), result.classes()),
              result.probabilities())
          : new Output(name, OpenInference.BYTES, List.of(result.rows()), result.labels());
    }
  }

  static Request read(byte[] body, String model, String version) {
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw OipException.invalid("the body is no well-formed JSON");
    }
    if (!root.isObject()) {
      throw OipException.invalid("the body must be a JSON object");
    }
    JsonNode id = root.path("id");
    if (!absent(id) && !id.isString()) {
      throw OipException.invalid("'id' must be a string");
    }
    parameters(root);
    var call = new InferCall(model, version, inputs(root.path("inputs")), outputs(root));
    return new Request(call, id.isString() ? id.stringValue() : null);
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** None has a meaning here, but they must be what the protocol says. */
  private static void parameters(JsonNode owner) {
    JsonNode parameters = owner.path("parameters");
    if (!absent(parameters) && !parameters.isObject()) {
      throw OipException.invalid("'parameters' must be an object");
    }
  }

  private static List<Tensor> inputs(JsonNode inputs) {
    if (!inputs.isArray()) {
      throw OipException.invalid("'inputs' must be an array");
    }
    List<Tensor> tensors = new ArrayList<>();
    for (JsonNode input : inputs) {
      parameters(input);
      tensors.add(
          new Tensor(text(input, "name"), text(input, "datatype"), shape(input), data(input)));
    }
    return tensors;
  }

  private static List<String> outputs(JsonNode root) {
    JsonNode outputs = root.path("outputs");
    if (absent(outputs)) {
      return List.of();
    }
    if (!outputs.isArray()) {
      throw OipException.invalid("'outputs' must be an array");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode output : outputs) {
      parameters(output);
      names.add(text(output, "name"));
    }
    return names;
  }

  private static String text(JsonNode owner, String field) {
    JsonNode node = owner.path(field);
    if (!node.isString()) {
      throw OipException.invalid("'" + field + "' of each tensor must be a string");
    }
    return node.stringValue();
  }

  private static List<Long> shape(JsonNode input) {
    JsonNode shape = input.path("shape");
    List<Long> sizes = new ArrayList<>();
    for (JsonNode size : shape) {
      if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
        throw OipException.invalid("'shape' must be an array of whole numbers");
      }
      sizes.add(size.longValue());
    }
    if (!shape.isArray() || sizes.isEmpty()) {
      throw OipException.invalid("'shape' must be an array of whole numbers");
    }
    return sizes;
  }

  private static float[] data(JsonNode input) {
    JsonNode data = input.path("data");
    if (!data.isArray()) {
      throw OipException.invalid("'data' must be an array");
    }
    var floats = new Floats();
    floats.addAll(data);
    return floats.toArray();
  }

  /** Flattens nested arrays. */
  private static final class Floats {
    private float[] values = new float[64];
    private int size;

    void addAll(JsonNode array) {
      for (JsonNode element : array) {
        if (element.isArray()) {
          addAll(element);
        } else {
          add(number(element));
        }
      }
    }

    private void add(float value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    private static float number(JsonNode element) {
      if (element.isNull() || element.isString() && element.stringValue().equals("NaN")) {
        return Float.NaN;
      }
      if (!element.isNumber()) {
        throw OipException.invalid("'data' must hold FP32 numbers");
      }
      return (float) element.doubleValue();
    }

    float[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
