/** Tests of the package of this name. */
@NullMarked
package dev.attune.inference.scoring;

import org.jspecify.annotations.NullMarked;
