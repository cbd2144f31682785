@NullMarked
package dev.attune.console.forward;

import org.jspecify.annotations.NullMarked;
