/** Trying edited segments. */
@NullMarked
package dev.attune.training.segments;

import org.jspecify.annotations.NullMarked;
