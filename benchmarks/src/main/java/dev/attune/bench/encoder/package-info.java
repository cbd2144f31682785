/** What the sentence encoder costs. Start at {@link dev.attune.bench.encoder.EncoderBenchmark}. */
@NullMarked
package dev.attune.bench.encoder;

import org.jspecify.annotations.NullMarked;
