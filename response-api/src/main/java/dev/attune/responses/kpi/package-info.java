/**
 * The KPIs of conversations, from the sums that feature-streams publishes. Start reading at {@link
 * dev.attune.responses.kpi.KpiController}.
 */
@NullMarked
package dev.attune.responses.kpi;

import org.jspecify.annotations.NullMarked;
