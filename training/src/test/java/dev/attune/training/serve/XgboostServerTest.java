package dev.attune.training.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.FlatForest;
import dev.attune.schemas.FloatTensors;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.InferTensorContents;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferRequest.InferInputTensor;
import dev.attune.schemas.oip.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that the services' evaluator refuses, served by XGBoost itself. */
class XgboostServerTest {
  private static final int COLUMNS = 3;
  private static final float[] ROWS = {0, 0.5f, 1, 2, Float.NaN, 0, 1, 1, 1};

  @TempDir private Path dir;

  @Test
  void servesALinearModelOfThreeLabels() throws Exception {
    Booster linear = train(Map.of("objective", "multi:softprob", "num_class", 3), 3);
    write(linear, "\"order\", \"refund\", \"other\"");
    assertThatThrownBy(() -> FlatForest.read(linear.toByteArray("ubj")))
        .hasMessageContaining("gblinear has no trees");

    try (XgboostServer server = XgboostServer.start(dir, anywhere(), "")) {
      ModelInferResponse answer = ask(server, "", ROWS, COLUMNS);

      assertThat(answer.getOutputs(0).getShapeList()).containsExactly(3L, 3L);
      float[][] expected = linear.predict(new DMatrix(ROWS, 3, COLUMNS, Float.NaN));
      for (int i = 0; i < 9; i++) {
        assertThat(answer.getOutputs(0).getContents().getFp32Contents(i))
            .isEqualTo(expected[i / 3][i % 3], within(1e-6f));
      }
    }
  }

  @Test
  void aBinaryModelsOneNumberBecomesTwoShares() throws Exception {
    Booster linear = train(Map.of("objective", "binary:logistic"), 2);
    write(linear, "\"stays\", \"leaves\"");

    try (XgboostServer server = XgboostServer.start(dir, anywhere(), "")) {
      InferTensorContents shares = ask(server, "", ROWS, COLUMNS).getOutputs(0).getContents();

      float[][] expected = linear.predict(new DMatrix(ROWS, 3, COLUMNS, Float.NaN));
      for (int row = 0; row < 3; row++) {
        assertThat(shares.getFp32Contents(2 * row + 1)).isEqualTo(expected[row][0], within(1e-6f));
        assertThat(shares.getFp32Contents(2 * row)).isEqualTo(1 - expected[row][0], within(1e-6f));
      }
    }
  }

  @Test
  void refusesRowsOfAnotherWidthAndCallersWithoutTheSecret() throws Exception {
    write(train(Map.of("objective", "binary:logistic"), 2), "\"stays\", \"leaves\"");

    try (XgboostServer server = XgboostServer.start(dir, anywhere(), "s3cret")) {
      assertThatThrownBy(() -> ask(server, "s3cret", new float[] {1, 2}, 2))
          .hasMessageContaining("INVALID_ARGUMENT: the model reads rows of 3 columns");
      assertThatThrownBy(() -> ask(server, "", ROWS, COLUMNS))
          .hasMessageContaining("UNAUTHENTICATED");
      assertThat(ask(server, "s3cret", ROWS, COLUMNS).getOutputsCount()).isOne();
    }
  }

  private static InetSocketAddress anywhere() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** A linear booster: no trees. */
  private static Booster train(Map<String, Object> settings, int classes) throws XGBoostError {
    int rows = 90;
    float[] data = new float[rows * COLUMNS];
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % classes;
      data[i * COLUMNS] = i % classes;
      data[i * COLUMNS + 1] = i / (float) rows;
      data[i * COLUMNS + 2] = i % 2;
    }
    DMatrix matrix = new DMatrix(data, rows, COLUMNS, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> all = new java.util.HashMap<>(settings);
    all.put("booster", "gblinear");
    all.put("nthread", 1);
    return XGBoost.train(matrix, all, 5, Map.of(), null, null);
  }

  private void write(Booster booster, String labels) throws Exception {
    Files.write(dir.resolve("model.ubj"), booster.toByteArray("ubj"));
    Files.writeString(
        dir.resolve("manifest.json"),
        "{\"name\": \"intent\", \"version\": \"linear.1\", \"labels\": [%s]}".formatted(labels));
  }

  private static ModelInferResponse ask(
      XgboostServer server, String secret, float[] rows, int width) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + secret);
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .modelInfer(
              ModelInferRequest.newBuilder()
                  .setModelName("intent")
                  .addInputs(
                      InferInputTensor.newBuilder()
                          .setName("features")
                          .setDatatype("FP32")
                          .addAllShape(List.of((long) rows.length / width, (long) width))
                          .setContents(FloatTensors.contents(rows)))
                  .build());
    } finally {
      channel.shutdownNow();
    }
  }
}
