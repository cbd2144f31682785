/**
 * Why a model said what it said, for decisions that were made earlier. Start at {@link
 * dev.attune.inference.explain.ExplanationController}.
 */
@NullMarked
package dev.attune.inference.explain;

import org.jspecify.annotations.NullMarked;
