/** Tests of the package of this name. */
@NullMarked
package dev.attune.inference.access;

import org.jspecify.annotations.NullMarked;
