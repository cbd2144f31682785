/** Tests of the package of this name. */
@NullMarked
package dev.attune.inference.refill;

import org.jspecify.annotations.NullMarked;
