/** Tests of {@code dev.attune.local.zipkin}. */
@NullMarked
package dev.attune.local.zipkin;

import org.jspecify.annotations.NullMarked;
