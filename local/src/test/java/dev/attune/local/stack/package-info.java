/** Tests of {@code dev.attune.local.stack}. */
@NullMarked
package dev.attune.local.stack;

import org.jspecify.annotations.NullMarked;
