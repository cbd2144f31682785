package dev.attune.core.scoring;

/**
 * A row's scores.
 *
 * @param probabilities by labels, in their order; the value itself for a regression
 * @param textScores what its texts came to, for explanations after the texts are gone
 */
public record RowScores(float[] probabilities, float[] textScores) {}
