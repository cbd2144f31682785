/**
 * The tracking plan: what a playbook says its custom events look like. Start at TrackingPlan; its
 * file is described in the module's README.
 */
@NullMarked
package dev.attune.gateway.tracking;

import org.jspecify.annotations.NullMarked;
