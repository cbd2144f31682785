/**
 * The tracking plan: what a playbook says its custom events look like. Start at {@link
 * dev.attune.core.tracking.TrackingPlan}; its file is described in ingest-gateway's README.
 */
@NullMarked
package dev.attune.core.tracking;

import org.jspecify.annotations.NullMarked;
