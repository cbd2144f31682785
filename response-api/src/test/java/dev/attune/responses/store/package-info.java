/** Tests of this package. */
@NullMarked
package dev.attune.responses.store;

import org.jspecify.annotations.NullMarked;
