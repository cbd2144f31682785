/** Tests of this package. */
@NullMarked
package dev.attune.streams.topology;

import org.jspecify.annotations.NullMarked;
