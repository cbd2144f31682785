/**
 * What conversations come to, with or without experiments: by day, channel, intent, model version
 * and segment. Start reading at {@link dev.attune.core.kpi.UserKpis}.
 */
@NullMarked
package dev.attune.core.kpi;

import org.jspecify.annotations.NullMarked;
