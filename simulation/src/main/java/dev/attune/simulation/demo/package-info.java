/**
 * The demo: simulated customers live against the real pipeline, watched and summed up. Start
 * reading at {@link dev.attune.simulation.demo.LiveTraffic}.
 */
@NullMarked
package dev.attune.simulation.demo;

import org.jspecify.annotations.NullMarked;
