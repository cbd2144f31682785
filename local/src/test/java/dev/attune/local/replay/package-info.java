/** Tests of {@code dev.attune.local.replay}. */
@NullMarked
package dev.attune.local.replay;

import org.jspecify.annotations.NullMarked;
