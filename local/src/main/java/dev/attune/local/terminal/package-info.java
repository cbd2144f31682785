/**
 * What a person sees while something takes long: lines on a terminal, redrawn in place. Start at
 * {@link dev.attune.local.terminal.Terminal}.
 */
@NullMarked
package dev.attune.local.terminal;

import org.jspecify.annotations.NullMarked;
