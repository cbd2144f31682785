/** Tests of {@code dev.attune.local.cli}. */
@NullMarked
package dev.attune.local.cli;

import org.jspecify.annotations.NullMarked;
