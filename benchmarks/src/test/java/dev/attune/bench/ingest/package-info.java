@NullMarked
package dev.attune.bench.ingest;

import org.jspecify.annotations.NullMarked;
