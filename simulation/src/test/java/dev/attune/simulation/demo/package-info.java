/** Tests of {@code dev.attune.simulation.demo}. */
@NullMarked
package dev.attune.simulation.demo;

import org.jspecify.annotations.NullMarked;
