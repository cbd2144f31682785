/**
 * Holds custom events against the playbook's tracking plan. Start at {@link
 * dev.attune.gateway.tracking.TrackingPlanCheck}; the file is described in the module's README.
 */
@NullMarked
package dev.attune.gateway.tracking;

import org.jspecify.annotations.NullMarked;
