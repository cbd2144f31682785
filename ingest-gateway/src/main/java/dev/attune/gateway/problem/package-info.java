/** Refusals as RFC 9457 problem details, all of them made here. Start at Problem. */
@NullMarked
package dev.attune.gateway.problem;

import org.jspecify.annotations.NullMarked;
