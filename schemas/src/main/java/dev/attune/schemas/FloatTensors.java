package dev.attune.schemas;

import com.google.protobuf.ByteString;
import dev.attune.schemas.oip.InferTensorContents;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * FP32 tensors of the Open Inference Protocol in the two forms that its gRPC knows: typed contents
 * (MLServer, ours) and raw little-endian bytes (Triton). Row-major, NaN is a missing value.
 */
public final class FloatTensors {
  private FloatTensors() {}

  /**
   * The numbers of raw contents.
   *
   * @throws IllegalArgumentException when it is no whole number of floats
   */
  public static float[] read(ByteString raw) {
    if (raw.size() % Float.BYTES != 0) {
      throw new IllegalArgumentException("raw FP32 contents must be a multiple of 4 bytes");
    }
    float[] values = new float[raw.size() / Float.BYTES];
    raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  public static float[] read(InferTensorContents contents) {
    float[] values = new float[contents.getFp32ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = contents.getFp32Contents(i);
    }
    return values;
  }

  public static InferTensorContents contents(float[] values) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float value : values) {
      contents.addFp32Contents(value);
    }
    return contents.build();
  }

  public static ByteString raw(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return ByteString.copyFrom(buffer);
  }
}
