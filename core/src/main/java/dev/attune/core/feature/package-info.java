/**
 * The feature language: what {@code features.yaml} declares, compiled to accumulators that one
 * state row a user carries. Start at {@link dev.attune.core.feature.FeatureSet}.
 */
@org.jspecify.annotations.NullMarked
package dev.attune.core.feature;
