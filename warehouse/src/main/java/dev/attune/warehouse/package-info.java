/**
 * What the topics held, kept for good as Parquet by day. Start at {@link
 * dev.attune.warehouse.table.Table}, then {@link dev.attune.warehouse.export.Export}, which writes,
 * and {@link dev.attune.warehouse.Warehouse}, which reads.
 */
@NullMarked
package dev.attune.warehouse;

import org.jspecify.annotations.NullMarked;
