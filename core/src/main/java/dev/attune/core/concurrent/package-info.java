/** Waiting for what is computed elsewhere. */
@NullMarked
package dev.attune.core.concurrent;

import org.jspecify.annotations.NullMarked;
