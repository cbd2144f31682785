/**
 * KPIs on the stream: what sessions and issues come to, whether or not there are experiments. Start
 * reading at {@link dev.attune.streams.kpi.KpiBranch}.
 */
@NullMarked
package dev.attune.streams.kpi;

import org.jspecify.annotations.NullMarked;
