@NullMarked
package dev.attune.streams.recent;

import org.jspecify.annotations.NullMarked;
