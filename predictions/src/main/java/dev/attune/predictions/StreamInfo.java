package dev.attune.predictions;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/** Redis' answer to XINFO STREAM: names, each followed by its value. */
final class StreamInfo {
  private StreamInfo() {}

  static String lastEntryId(List<Object> info) {
    return text(value(info, "last-generated-id"));
  }

  static boolean isEmpty(List<Object> info) {
    return value(info, "length").equals(0L);
  }

  private static Object value(List<Object> info, String name) {
    for (int i = 0; i + 1 < info.size(); i += 2) {
      if (text(info.get(i)).equals(name)) {
        return info.get(i + 1);
      }
    }
    throw new StoreException("XINFO STREAM has no " + name);
  }

  private static String text(Object value) {
    return new String((byte[]) value, US_ASCII);
  }
}
