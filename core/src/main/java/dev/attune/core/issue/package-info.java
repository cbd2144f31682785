/**
 * When an issue was opened and resolved: the one rule by which experiments and KPIs judge it. Start
 * at {@link dev.attune.core.issue.IssueTimes}.
 */
@NullMarked
package dev.attune.core.issue;

import org.jspecify.annotations.NullMarked;
