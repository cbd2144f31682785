package dev.attune.inference.oip;

import java.util.List;

/**
 * Scores of some rows.
 *
 * @param probabilities row-major, {@code rows × classes}
 * @param labels each row's most probable class
 * @param outputs the names asked for, in that order
 */
record InferResult(
    String model,
    String version,
    int rows,
    int classes,
    float[] probabilities,
    List<String> labels,
    List<String> outputs) {}
