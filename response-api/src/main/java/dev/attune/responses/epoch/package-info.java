/**
 * Whether this service and the pipeline mean the same epoch; {@link
 * dev.attune.responses.epoch.EventTokens} is where to start reading.
 */
@NullMarked
package dev.attune.responses.epoch;

import org.jspecify.annotations.NullMarked;
