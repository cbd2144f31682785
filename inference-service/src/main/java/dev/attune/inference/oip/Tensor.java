package dev.attune.inference.oip;

import java.util.List;

/** An input tensor of floats, row-major. */
record Tensor(String name, String datatype, List<Long> shape, float[] data) {}
