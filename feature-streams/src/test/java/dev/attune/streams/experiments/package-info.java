/** Tests of experiments on the stream. */
@NullMarked
package dev.attune.streams.experiments;

import org.jspecify.annotations.NullMarked;
