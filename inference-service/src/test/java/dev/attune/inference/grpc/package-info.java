@NullMarked
package dev.attune.inference.grpc;

import org.jspecify.annotations.NullMarked;
