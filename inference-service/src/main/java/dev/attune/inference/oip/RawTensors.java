package dev.attune.inference.oip;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The protocol's raw form of strings: each after its length, little-endian. */
final class RawTensors {
  private RawTensors() {}

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
