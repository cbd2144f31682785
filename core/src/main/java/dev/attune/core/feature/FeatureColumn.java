package dev.attune.core.feature;

/** A feature's place in the vector: {@code index} counts within its kind. */
public record FeatureColumn(String name, ColumnKind kind, int index) {}
