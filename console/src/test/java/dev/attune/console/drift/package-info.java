@NullMarked
package dev.attune.console.drift;

import org.jspecify.annotations.NullMarked;
