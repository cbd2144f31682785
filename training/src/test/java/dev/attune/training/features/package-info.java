/** Trying edited features. */
@NullMarked
package dev.attune.training.features;

import org.jspecify.annotations.NullMarked;
