@NullMarked
package dev.attune.bench.server;

import org.jspecify.annotations.NullMarked;
