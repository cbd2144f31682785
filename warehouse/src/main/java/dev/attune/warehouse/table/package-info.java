/** The tables and where their files lie. */
@NullMarked
package dev.attune.warehouse.table;

import org.jspecify.annotations.NullMarked;
