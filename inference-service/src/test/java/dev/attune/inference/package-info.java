/** Tests of the whole service; start at {@link dev.attune.inference.ScoringIT}. */
@NullMarked
package dev.attune.inference;

import org.jspecify.annotations.NullMarked;
