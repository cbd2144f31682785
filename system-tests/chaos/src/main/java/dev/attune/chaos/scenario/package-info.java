/** The scenarios, one class each. Start at {@link dev.attune.chaos.scenario.GatewayKilled}. */
@NullMarked
package dev.attune.chaos.scenario;

import org.jspecify.annotations.NullMarked;
