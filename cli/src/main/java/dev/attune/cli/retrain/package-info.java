/**
 * The learning loop, once: what happened becomes a version, and the version becomes live by steps.
 */
@NullMarked
package dev.attune.cli.retrain;

import org.jspecify.annotations.NullMarked;
