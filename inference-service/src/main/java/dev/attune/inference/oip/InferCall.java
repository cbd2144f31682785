package dev.attune.inference.oip;

import java.util.List;

/**
 * An inference request, free of its transport.
 *
 * @param version empty: the one that is live
 * @param outputs empty: all
 */
record InferCall(String model, String version, List<Tensor> inputs, List<String> outputs) {}
