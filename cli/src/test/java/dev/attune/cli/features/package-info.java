/** Tests of {@code dev.attune.cli.features}. */
@NullMarked
package dev.attune.cli.features;

import org.jspecify.annotations.NullMarked;
