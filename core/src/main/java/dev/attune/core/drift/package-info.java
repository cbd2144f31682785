/**
 * What a population of users looked like, for a later comparison with another one. Start at {@link
 * dev.attune.core.drift.AgeBucket}.
 */
@NullMarked
package dev.attune.core.drift;

import org.jspecify.annotations.NullMarked;
