/** Tests of populations that are compared. */
@NullMarked
package dev.attune.core.drift;

import org.jspecify.annotations.NullMarked;
