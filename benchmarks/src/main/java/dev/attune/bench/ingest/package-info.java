/** The gateway beside Kafka's own producer and an empty handler. Start at IngestBenchmark. */
@NullMarked
package dev.attune.bench.ingest;

import org.jspecify.annotations.NullMarked;
