/** Tests of this package. */
@NullMarked
package dev.attune.streams.scoring;

import org.jspecify.annotations.NullMarked;
