/** Tests of this package. */
@NullMarked
package dev.attune.responses.experiment;

import org.jspecify.annotations.NullMarked;
