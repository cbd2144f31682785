/** Parquet files, written and read by DuckDB. */
@NullMarked
package dev.attune.warehouse.parquet;

import org.jspecify.annotations.NullMarked;
