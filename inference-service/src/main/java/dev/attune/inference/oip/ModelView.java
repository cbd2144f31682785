package dev.attune.inference.oip;

import java.util.List;

/** A model's metadata. */
record ModelView(
    String name, List<String> versions, String platform, List<Meta> inputs, List<Meta> outputs) {
  /** A tensor's description; -1 is any size. */
  record Meta(String name, String datatype, List<Long> shape) {}
}
