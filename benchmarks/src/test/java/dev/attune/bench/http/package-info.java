@NullMarked
package dev.attune.bench.http;

import org.jspecify.annotations.NullMarked;
