/**
 * Threads that work beside the requests; {@link dev.attune.inference.background.BackgroundThread}.
 */
@NullMarked
package dev.attune.inference.background;

import org.jspecify.annotations.NullMarked;
