/**
 * Plays the chart's rendered manifests on this machine, a container a pod, as a cluster would.
 * Start at {@link dev.attune.system.pods.Conductor}.
 */
@NullMarked
package dev.attune.system.pods;

import org.jspecify.annotations.NullMarked;
