/**
 * The command line's verbs {@code import}, {@code train} and {@code models}. Start at {@link
 * dev.attune.training.cli.Training}.
 */
@NullMarked
package dev.attune.training.cli;

import org.jspecify.annotations.NullMarked;
