/** The gRPC server and its settings. Start at {@link dev.attune.inference.grpc.GrpcEndpoint}. */
@NullMarked
package dev.attune.inference.grpc;

import org.jspecify.annotations.NullMarked;
