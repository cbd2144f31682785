package dev.attune.inference.oip;

import com.google.protobuf.ByteString;
import dev.attune.schemas.FloatTensors;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.InferTensorContents;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferResponse;
import dev.attune.schemas.oip.ModelInferResponse.InferOutputTensor;
import dev.attune.schemas.oip.ModelMetadataRequest;
import dev.attune.schemas.oip.ModelMetadataResponse;
import dev.attune.schemas.oip.ModelMetadataResponse.TensorMetadata;
import dev.attune.schemas.oip.ModelReadyRequest;
import dev.attune.schemas.oip.ModelReadyResponse;
import dev.attune.schemas.oip.ServerLiveRequest;
import dev.attune.schemas.oip.ServerLiveResponse;
import dev.attune.schemas.oip.ServerMetadataRequest;
import dev.attune.schemas.oip.ServerMetadataResponse;
import dev.attune.schemas.oip.ServerReadyRequest;
import dev.attune.schemas.oip.ServerReadyResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** The protocol's gRPC edge. */
@Component
public final class OipGrpc extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final OpenInference inference;

  public OipGrpc(OpenInference inference) {
    this.inference = inference;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> caller) {
    answer(caller, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> caller) {
    answer(caller, () -> ServerReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> caller) {
    answer(
        caller,
        () ->
            ModelReadyResponse.newBuilder()
                .setReady(inference.isReady(request.getName(), request.getVersion()))
                .build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> caller) {
    answer(
        caller,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName(OpenInference.SERVER)
                .setVersion(inference.version())
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> caller) {
    answer(caller, () -> metadata(inference.describe(request.getName(), request.getVersion())));
  }

  private static ModelMetadataResponse metadata(ModelView model) {
    return ModelMetadataResponse.newBuilder()
        .setName(model.name())
        .addAllVersions(model.versions())
        .setPlatform(model.platform())
        .addAllInputs(model.inputs().stream().map(OipGrpc::tensor).toList())
        .addAllOutputs(model.outputs().stream().map(OipGrpc::tensor).toList())
        .build();
  }

  private static TensorMetadata tensor(ModelView.Meta meta) {
    return TensorMetadata.newBuilder()
        .setName(meta.name())
        .setDatatype(meta.datatype())
        .addAllShape(meta.shape())
        .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> caller) {
    answer(caller, () -> infer(request));
  }

  private ModelInferResponse infer(ModelInferRequest request) {
    InferResult result = inference.infer(call(request));
    // a client that sends raw bytes reads raw bytes
    boolean raw = request.getRawInputContentsCount() > 0;
    var response =
        ModelInferResponse.newBuilder()
            .setModelName(result.model())
            .setModelVersion(result.version())
            .setId(request.getId());
    for (String output : result.outputs()) {
      boolean probabilities = output.equals(OpenInference.PROBABILITIES);
      InferOutputTensor.Builder tensor = probabilities ? probabilities(result) : labels(result);
      if (raw) {
        response.addRawOutputContents(
            probabilities ? FloatTensors.raw(result.probabilities()) : rawLabels(result));
      } else {
        tensor.setContents(
            probabilities ? FloatTensors.contents(result.probabilities()) : bytes(result));
      }
      response.addOutputs(tensor.setName(output));
    }
    return response.build();
  }

  private static InferOutputTensor.Builder probabilities(InferResult result) {
    return InferOutputTensor.newBuilder()
        .setDatatype(OpenInference.FP32)
        .addShape(result.rows())
        .addShape(result.classes());
  }

  private static InferOutputTensor.Builder labels(InferResult result) {
    return InferOutputTensor.newBuilder().setDatatype(OpenInference.BYTES).addShape(result.rows());
  }

  private static InferTensorContents bytes(InferResult result) {
    return InferTensorContents.newBuilder()
        .addAllBytesContents(result.labels().stream().map(ByteString::copyFromUtf8).toList())
        .build();
  }

  private static ByteString rawLabels(InferResult result) {
    return RawTensors.strings(result.labels());
  }

  private static InferCall call(ModelInferRequest request) {
    int raw = request.getRawInputContentsCount();
    if (raw > 0 && raw != request.getInputsCount()) {
      throw OipException.invalid("raw_input_contents must have one entry an input");
    }
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      var input = request.getInputs(i);
      if (raw > 0 && input.hasContents()) {
        throw OipException.invalid("an input has contents and raw_input_contents");
      }
      float[] data =
          raw > 0 ? floats(request.getRawInputContents(i)) : FloatTensors.read(input.getContents());
      inputs.add(new Tensor(input.getName(), input.getDatatype(), input.getShapeList(), data));
    }
    List<String> outputs =
        request.getOutputsList().stream()
            .map(ModelInferRequest.InferRequestedOutputTensor::getName)
            .toList();
    return new InferCall(request.getModelName(), request.getModelVersion(), inputs, outputs);
  }

  private static float[] floats(ByteString raw) {
    try {
      return FloatTensors.read(raw);
    } catch (IllegalArgumentException e) {
      throw OipException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static <T> void answer(StreamObserver<T> caller, Supplier<T> work) {
    try {
      T response = work.get();
      caller.onNext(response);
      caller.onCompleted();
    } catch (OipException e) {
      caller.onError(status(e.kind()).withDescription(e.detail()).asRuntimeException());
    }
  }

  private static Status status(OipException.Kind kind) {
    return switch (kind) {
      case INVALID, TOO_LARGE -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case FAILED -> Status.INTERNAL;
    };
  }
}
