package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.attune.inference.oip.PublishedProtocol;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.ModelMetadataRequest;
import io.grpc.Status;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import ml.dmlc.xgboost4j.java.DMatrix;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The Open Inference Protocol over REST and gRPC, and its document. */
class OpenInferenceIT extends RunningInference {
  private final PublishedProtocol protocol = new PublishedProtocol();

  @Test
  void documentsWhatTheProtocolDemands() {
    JsonNode paths = json(get("/openapi.json")).at("/paths");

    protocol
        .paths()
        .forEachEntry(
            (path, methods) -> {
              String ours = path.replace("MODEL_NAME", "name").replace("MODEL_VERSION", "version");
              methods.forEachEntry(
                  (method, bodies) ->
                      assertThat(paths.path(ours).has(method)).as(method + " " + path).isTrue());
            });
    for (String path : List.of("/v1/models", "/v1/drift", "/v1/explanations")) {
      assertThat(paths.has(path)).as(path).isTrue();
    }
  }

  /** Whatever the protocol's document names, as this service answers it. */
  @Test
  void answersAsTheProtocolsPublishedSchemasSay() {
    String good = input("features", "[2,4]", "FP32", "[[1,0.5,1,0],[2,0.1,0,1]]");
    String labels = good.replace("}]}", "}],\"outputs\":[{\"name\":\"label\"}],\"id\":\"42\"}");
    String bad = input("features", "[1,5]", "FP32", "[1,2,3,4,5]");
    String version = json(get("/v2/models/intent")).at("/versions/0").stringValue();

    protocol
        .paths()
        .forEachEntry(
            (path, methods) -> {
              String ours =
                  path.replace("{MODEL_NAME}", "intent").replace("{MODEL_VERSION}", version);
              if (methods.has("get")) {
                assertConforms(methods.get("get"), get(ours));
              } else {
                for (String body : List.of(good, labels, bad)) {
                  String request = methods.at("/post/request").stringValue();
                  assertThat(protocol.violations(request, json.readTree(body))).isEmpty();
                  assertConforms(methods.get("post"), post(ours, body, SECRET));
                }
              }
            });
  }

  private void assertConforms(JsonNode bodies, HttpResponse<String> answer) {
    String status = Integer.toString(answer.statusCode());
    assertThat(bodies.has(status)).as(answer.uri() + " answers " + status).isTrue();
    if (!bodies.get(status).isNull()) {
      String schema = bodies.get(status).stringValue();
      assertThat(protocol.violations(schema, json(answer))).as(answer.body()).isEmpty();
      assertThat(protocol.violations(schema, json.readTree("[]"))).isNotEmpty();
    }
  }

  @Test
  void openInferenceOverRestScoresAsTheTrainerDoes() throws Exception {
    registry.promote("2026-01-01.1");
    await()
        .atMost(DEADLINE)
        .until(
            () -> json(get("/v2/models/intent")).at("/versions/0").stringValue().endsWith("1.1"));

    JsonNode metadata = json(get("/v2/models/intent/versions/2026-01-01.1"));
    assertThat(metadata.at("/inputs/0/shape/1").intValue()).isEqualTo(TestModels.WIDTH);
    assertThat(metadata.at("/outputs/0/datatype").stringValue()).isEqualTo("FP32");
    assertThat(json(get("/v2")).at("/name").stringValue()).isEqualTo("attune-inference");
    assertThat(json(get("/v2/health/live")).at("/live").booleanValue()).isTrue();
    assertThat(json(get("/v2/health/ready")).at("/ready").booleanValue()).isTrue();
    assertThat(json(get("/v2/models/intent/ready")).at("/ready").booleanValue()).isTrue();

    var nested =
        post(
            "/v2/models/intent/infer",
            """
            {"id":"42","parameters":{"x":1},
             "inputs":[{"name":"features","shape":[2,4],"datatype":"FP32",
                        "data":[[1,0.5,1,0],[2,null,"NaN",1]]}]}""",
            SECRET);

    JsonNode body = json(nested);
    float[] expected =
        flat(
            oracle.predict(
                new DMatrix(
                    new float[] {1, 0.5f, 1, 0, 2, Float.NaN, Float.NaN, 1}, 2, 4, Float.NaN)));
    assertThat(nested.statusCode()).isEqualTo(200);
    assertThat(body.at("/id").stringValue()).isEqualTo("42");
    assertThat(body.at("/model_version").stringValue()).isEqualTo("2026-01-01.1");
    assertThat(body.at("/outputs/0/shape").toString()).isEqualTo("[2,3]");
    for (int i = 0; i < expected.length; i++) {
      assertThat(body.at("/outputs/0/data/" + i).floatValue())
          .isCloseTo(expected[i], within(1e-6f));
    }
    assertThat(body.at("/outputs/1/data").toString()).isEqualTo("[\"refund\",\"other\"]");

    var onlyLabel =
        post(
            "/v2/models/intent/versions/2026-01-01.1/infer",
            """
            {"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[0,0.5,1,0]}],
             "outputs":[{"name":"label"}]}""",
            SECRET);
    assertThat(json(onlyLabel).at("/outputs").size()).isEqualTo(1);
    assertThat(json(onlyLabel).at("/outputs/0/data/0").stringValue()).isEqualTo("order_status");
    assertThat(json(onlyLabel).has("id")).isFalse();
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  @Test
  void openInferenceErrorsAreTyped() throws Exception {
    String infer = "/v2/models/intent/infer";
    List<String> bad =
        List.of(
            "{",
            "[]",
            "{\"inputs\":[]}",
            input("features", "[1,5]", "FP32", "[1,2,3,4,5]"),
            input("features", "[2,4]", "FP32", "[1,2,3,4]"),
            input("features", "[4611686018427387905,4]", "FP32", "[1,2,3,4]"),
            input("features", "[1,4]", "FP64", "[1,2,3,4]"),
            input("features", "[1,4]", "FP32", "[1,2,3,\"x\"]"),
            input("features", "[1,4]", "FP32", "[1,2,3,1e300]"),
            input("other", "[1,4]", "FP32", "[1,2,3,4]"),
            "{\"id\":1,\"inputs\":[]}",
            "{\"inputs\":" + "[".repeat(100) + "]".repeat(100) + "}");

    for (String body : bad) {
      var answer = post(infer, body, SECRET);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(json(answer).at("/error").stringValue()).as(body).isNotEmpty();
    }
    assertThat(json(post("/v2/models/none/infer", bad.get(4), SECRET)).has("error")).isTrue();
    assertThat(get("/v2/models/none").statusCode()).isEqualTo(404);
    assertThat(get("/v2/models/intent/versions/9/ready").statusCode()).isEqualTo(404);
    assertThat(json(get("/v2/nothing")).has("error")).isTrue();
    assertThat(post(infer, " ".repeat(5 << 20), SECRET).statusCode()).isEqualTo(413);
  }

  private static String input(String name, String shape, String type, String data) {
    return "{\"inputs\":[{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(name, shape, type, data);
  }

  @Test
  void openInferenceOverGrpc() {
    var stub = GRPCInferenceServiceGrpc.newBlockingStub(client.channel());

    var metadata = stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("intent").build());
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 4L);

    var typed = stub.modelInfer(InferCalls.row().build());
    assertThat(typed.getId()).isEqualTo("7");
    assertThat(typed.getOutputs(0).getContents().getFp32ContentsCount()).isEqualTo(3);
    assertThat(typed.getOutputs(1).getContents().getBytesContents(0).toStringUtf8())
        .isEqualTo("refund");

    ByteBuffer raw = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    raw.putFloat(1).putFloat(0.5f).putFloat(1).putFloat(0).flip();
    var rawRequest = InferCalls.row().addRawInputContents(ByteString.copyFrom(raw));
    rawRequest.getInputsBuilder(0).clearContents();
    var rawAnswer = stub.modelInfer(rawRequest.build());
    assertThat(rawAnswer.getRawOutputContents(0).size()).isEqualTo(12);
    assertThat(
            rawAnswer
                .getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat())
        .isEqualTo(typed.getOutputs(0).getContents().getFp32Contents(0));
    assertThat(rawAnswer.getRawOutputContents(1).substring(4).toStringUtf8()).isEqualTo("refund");

    assertThat(
            InferCalls.status(() -> stub.modelInfer(InferCalls.row().setModelName("none").build())))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(InferCalls.status(() -> stub.modelInfer(InferCalls.row().clearInputs().build())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }
}
