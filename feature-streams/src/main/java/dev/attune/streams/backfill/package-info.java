/**
 * Taking another application's place: recounting the past in silence while it goes on publishing,
 * then publishing from where it stopped. Start reading at {@link
 * dev.attune.streams.backfill.KafkaPredecessor}.
 */
@NullMarked
package dev.attune.streams.backfill;

import org.jspecify.annotations.NullMarked;
