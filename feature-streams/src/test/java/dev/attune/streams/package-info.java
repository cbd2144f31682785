/** Tests of feature-streams; {@link dev.attune.streams.StreamsIT} runs all of it on real Kafka. */
@NullMarked
package dev.attune.streams;

import org.jspecify.annotations.NullMarked;
