@NullMarked
package dev.attune.bench.cli;

import org.jspecify.annotations.NullMarked;
