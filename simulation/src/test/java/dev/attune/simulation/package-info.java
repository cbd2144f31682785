/** Tests of {@code dev.attune.simulation}. */
@NullMarked
package dev.attune.simulation;

import org.jspecify.annotations.NullMarked;
