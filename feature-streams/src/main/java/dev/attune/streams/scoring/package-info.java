/**
 * The call to inference-service, behind {@link dev.attune.streams.scoring.ScoringPort}; over gRPC
 * in {@link dev.attune.streams.scoring.GrpcScoring}.
 */
@NullMarked
package dev.attune.streams.scoring;

import org.jspecify.annotations.NullMarked;
