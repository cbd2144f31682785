/**
 * Events from a file through the live pipeline, and how well its predictions were. Start reading at
 * {@link dev.attune.cli.replay.Replayer} and {@link dev.attune.cli.replay.MeasuredReplay}.
 */
@NullMarked
package dev.attune.cli.replay;

import org.jspecify.annotations.NullMarked;
