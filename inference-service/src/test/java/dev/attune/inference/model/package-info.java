/** Tests of the package of this name. */
@NullMarked
package dev.attune.inference.model;

import org.jspecify.annotations.NullMarked;
