@NullMarked
package dev.attune.chaos.variant;

import org.jspecify.annotations.NullMarked;
