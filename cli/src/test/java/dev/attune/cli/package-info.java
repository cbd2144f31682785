/** Tests of {@code dev.attune.cli}. */
@NullMarked
package dev.attune.cli;

import org.jspecify.annotations.NullMarked;
