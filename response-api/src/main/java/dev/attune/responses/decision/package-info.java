/**
 * Every reply's record: written to the topic {@code decisions} before it can be lost, and found
 * again by its id. Start reading at {@link dev.attune.responses.decision.DecisionLog}.
 */
@NullMarked
package dev.attune.responses.decision;

import org.jspecify.annotations.NullMarked;
