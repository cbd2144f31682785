package dev.attune.inference.oip;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The protocol's raw form: little-endian; each of BYTES after its length. */
final class RawTensors {

  private RawTensors() {}

  static float[] floats(ByteString raw) {
    if (raw.size() % Float.BYTES != 0) {
      throw OipException.invalid("raw FP32 contents must be a multiple of 4 bytes");
    }
    float[] values = new float[raw.size() / Float.BYTES];
    raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  static ByteString floats(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return ByteString.copyFrom(buffer);
  }

  static ByteString strings(List<String> values) {
    ByteString.Output out = ByteString.newOutput();
    for (String value : values) {
      byte[] bytes = value.getBytes(UTF_8);
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putInt(bytes.length).array(), 0, Integer.BYTES);
      out.write(bytes, 0, bytes.length);
    }
    return out.toByteString();
  }
}
