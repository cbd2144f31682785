/** Tests of segments. */
@NullMarked
package dev.attune.core.segment;

import org.jspecify.annotations.NullMarked;
