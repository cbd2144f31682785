/**
 * How inference-service is called: its replicas over gRPC in {@link
 * dev.attune.streams.scoring.GrpcReplicas}.
 */
@NullMarked
package dev.attune.streams.scoring;

import org.jspecify.annotations.NullMarked;
