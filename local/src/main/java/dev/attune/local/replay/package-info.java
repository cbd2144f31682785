/**
 * Events from a file through the live pipeline, and how well its predictions were. Start reading at
 * {@link dev.attune.local.replay.Replayer} and {@link dev.attune.local.replay.Measurer}.
 */
@NullMarked
package dev.attune.local.replay;

import org.jspecify.annotations.NullMarked;
