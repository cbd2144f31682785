/**
 * Labels that people give: the messages a model is least sure of, and what somebody says of them.
 */
@NullMarked
package dev.attune.training.labels;

import org.jspecify.annotations.NullMarked;
