/**
 * The demo: simulated customers live against the real pipeline, watched and summed up. Start
 * reading at {@link dev.attune.local.demo.LiveTraffic}.
 */
@NullMarked
package dev.attune.local.demo;

import org.jspecify.annotations.NullMarked;
