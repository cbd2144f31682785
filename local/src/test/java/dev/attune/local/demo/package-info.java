/** Tests of {@code dev.attune.local.demo}. */
@NullMarked
package dev.attune.local.demo;

import org.jspecify.annotations.NullMarked;
