/** Load on an HTTP server from one thread, closed loop or at a fixed rate. Start at HttpLoad. */
@NullMarked
package dev.attune.bench.http;

import org.jspecify.annotations.NullMarked;
