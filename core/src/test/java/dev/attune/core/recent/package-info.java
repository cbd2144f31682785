@NullMarked
package dev.attune.core.recent;

import org.jspecify.annotations.NullMarked;
