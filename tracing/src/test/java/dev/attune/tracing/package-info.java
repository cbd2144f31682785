@NullMarked
package dev.attune.tracing;

import org.jspecify.annotations.NullMarked;
