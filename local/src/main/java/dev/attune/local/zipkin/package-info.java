/**
 * What Zipkin's server lacks: a receiver of OTLP, which is how services send their traces. Start
 * reading at {@link dev.attune.local.zipkin.ZipkinWithOtlp}.
 */
@NullMarked
package dev.attune.local.zipkin;

import org.jspecify.annotations.NullMarked;
