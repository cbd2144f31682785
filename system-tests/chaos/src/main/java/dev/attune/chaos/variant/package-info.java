/**
 * Stacks that are not as usual: servers in the place of others, and wires that can be broken. Start
 * at StackVariant.
 */
@NullMarked
package dev.attune.chaos.variant;

import org.jspecify.annotations.NullMarked;
