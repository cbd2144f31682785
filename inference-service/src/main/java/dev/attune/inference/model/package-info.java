/**
 * Which model serves, how it is taken into service, and its administration. Start at {@link
 * dev.attune.inference.model.ModelHost}.
 */
@NullMarked
package dev.attune.inference.model;

import org.jspecify.annotations.NullMarked;
