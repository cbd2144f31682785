/** Tests of taking another application's place. */
@NullMarked
package dev.attune.streams.backfill;

import org.jspecify.annotations.NullMarked;
