/**
 * The verbs of {@code ./attune} that run on Java. Start reading at {@link dev.attune.cli.Attune}.
 */
@NullMarked
package dev.attune.cli;

import org.jspecify.annotations.NullMarked;
