/**
 * Which model serves and how it is taken into service. Start at {@link
 * dev.attune.inference.model.ModelHost}.
 */
@NullMarked
package dev.attune.inference.model;

import org.jspecify.annotations.NullMarked;
