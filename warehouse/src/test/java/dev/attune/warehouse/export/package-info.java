/** Tests of {@code dev.attune.warehouse.export}. */
@NullMarked
package dev.attune.warehouse.export;

import org.jspecify.annotations.NullMarked;
