/**
 * Real servers as operating system processes: Kafka, the schema registry, Redis. Start reading at
 * {@link dev.attune.local.infra.Infra}.
 */
@NullMarked
package dev.attune.local.infra;

import org.jspecify.annotations.NullMarked;
