/**
 * Changing features on a running stack. Start reading at {@link dev.attune.cli.features.Backfill}.
 */
@NullMarked
package dev.attune.cli.features;

import org.jspecify.annotations.NullMarked;
