/**
 * The Open Inference Protocol v2 over REST and gRPC. Start at {@link
 * dev.attune.inference.oip.OpenInference}, which both edges translate to.
 */
@NullMarked
package dev.attune.inference.oip;

import org.jspecify.annotations.NullMarked;
