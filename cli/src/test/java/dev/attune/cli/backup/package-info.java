/** Tests of {@code dev.attune.cli.backup}. */
@NullMarked
package dev.attune.cli.backup;

import org.jspecify.annotations.NullMarked;
