/** Tests of the package of this name. */
@NullMarked
package dev.attune.inference.oip;

import org.jspecify.annotations.NullMarked;
