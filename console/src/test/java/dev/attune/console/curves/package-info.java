@NullMarked
package dev.attune.console.curves;

import org.jspecify.annotations.NullMarked;
