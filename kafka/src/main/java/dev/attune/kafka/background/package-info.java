/** Work beside the requests; {@link dev.attune.kafka.background.BackgroundThread}. */
@NullMarked
package dev.attune.kafka.background;

import org.jspecify.annotations.NullMarked;
