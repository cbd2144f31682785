/**
 * Models: reading, checking, encoding rows and scoring them. Start at {@link
 * dev.attune.core.scoring.ModelBundle}; {@link dev.attune.core.scoring.FlatForest} is the hot loop.
 */
@NullMarked
package dev.attune.core.scoring;

import org.jspecify.annotations.NullMarked;
