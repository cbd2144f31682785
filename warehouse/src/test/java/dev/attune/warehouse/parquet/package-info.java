@NullMarked
package dev.attune.warehouse.parquet;

import org.jspecify.annotations.NullMarked;
