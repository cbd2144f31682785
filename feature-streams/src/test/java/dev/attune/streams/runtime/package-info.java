/** Tests of this package. */
@NullMarked
package dev.attune.streams.runtime;

import org.jspecify.annotations.NullMarked;
