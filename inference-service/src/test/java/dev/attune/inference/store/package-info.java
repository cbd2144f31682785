/** Tests of the package of this name. */
@NullMarked
package dev.attune.inference.store;

import org.jspecify.annotations.NullMarked;
