/**
 * Attune as a whole, from outside: real processes, real servers, other people's clients. Start at
 * {@link dev.attune.system.PipelineIT}.
 */
@NullMarked
package dev.attune.system;

import org.jspecify.annotations.NullMarked;
