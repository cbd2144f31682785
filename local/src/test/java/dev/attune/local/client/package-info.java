/** Tests of {@code dev.attune.local.client}. */
@NullMarked
package dev.attune.local.client;

import org.jspecify.annotations.NullMarked;
