/** The run that carries on from where the last one ended. */
@NullMarked
package dev.attune.warehouse.export;

import org.jspecify.annotations.NullMarked;
