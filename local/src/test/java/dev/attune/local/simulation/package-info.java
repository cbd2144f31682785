/** Tests of {@code dev.attune.local.simulation}. */
@NullMarked
package dev.attune.local.simulation;

import org.jspecify.annotations.NullMarked;
