/**
 * Changing features on a running stack. Start reading at {@link
 * dev.attune.local.features.Backfill}.
 */
@NullMarked
package dev.attune.local.features;

import org.jspecify.annotations.NullMarked;
