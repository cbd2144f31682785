/** Tests of {@code dev.attune.cli.replay}. */
@NullMarked
package dev.attune.cli.replay;

import org.jspecify.annotations.NullMarked;
