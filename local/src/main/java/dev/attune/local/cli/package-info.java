/**
 * The verbs of {@code ./attune} that run on Java. Start reading at {@link
 * dev.attune.local.cli.Attune}.
 */
@NullMarked
package dev.attune.local.cli;

import org.jspecify.annotations.NullMarked;
