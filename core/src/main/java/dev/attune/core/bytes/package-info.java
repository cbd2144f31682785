/** The bytes of state rows: {@link dev.attune.core.bytes.ByteWriter} writes what its twin reads. */
@NullMarked
package dev.attune.core.bytes;

import org.jspecify.annotations.NullMarked;
